import { quote, UsageError } from "../../base/mod.ts";

/**
 * Checks an email address of the command line; it need not be reachable.
 *
 * @throws {UsageError} when it has not the form of one
 */
export function checkEmail(flag: string, email: string): void {
  if (/^[!-?A-~]+@[!-?A-~]+$/.test(email)) return;
  throw new UsageError(`--${flag} ${quote(email)} is not an email address`, {
    hint: "It looks like name@example.org.",
  });
}
