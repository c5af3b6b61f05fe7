export { type IssuedTokens, type SigningKey } from "./issue_tokens.ts";
export {
  OidcProvider,
  type OidcProviderOptions,
  type TokenGrant,
} from "./oidc_provider.ts";
export { OIDC_TABLES } from "./tables.ts";
