/**
 * Who may do what in an embedded DSS. It is loaded when first needed: reading
 * needs none of it.
 *
 * @module
 */

export * from "./authority.ts";
export * from "./service_account_key.ts";
export type { TrustedKey } from "./service_accounts.ts";
