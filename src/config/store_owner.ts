import type { UserEnvironment } from "./user_folders.ts";

/**
 * The email address under which the owner of this machine's embedded stores
 * is known to them: the user's name at `localhost`.
 */
export function storeOwner({ variable }: UserEnvironment): string {
  const name = variable("USER") ?? variable("USERNAME") ?? "owner";
  // A name of Windows may have blanks, which no address has.
  return `${name.replace(/[\s@]+/g, ".")}@localhost`;
}
