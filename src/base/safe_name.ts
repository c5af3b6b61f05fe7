/**
 * Names that come from a service or a manifest and become paths. They are
 * hostile until proven otherwise: a name must stay inside the directory it is
 * put into, on every operating system.
 *
 * @module
 */

import { RefusedError } from "./errors.ts";
import { isPrintable, quote } from "./printable.ts";

// Limits of the common file systems, in bytes of UTF-8.
const COMPONENT_BYTES = 255;
const NAME_BYTES = 3000;

/**
 * Why a relative name with `/` between its parts is not safe to create, or
 * undefined when it is safe.
 */
export function whyUnsafeName(name: string): string | undefined {
  if (name === "") return "it is empty";
  if (!isPrintable(name)) return "it has control or invisible characters";
  if (name.includes("\\")) return "it has a backslash";
  if (name.startsWith("/")) return "it is an absolute path";
  if (/^[A-Za-z]:/.test(name)) return "it begins with a drive letter";
  const bytes = new TextEncoder();
  if (bytes.encode(name).length > NAME_BYTES) return "it is too long";
  for (const part of name.split("/")) {
    if (part === "") return "it has an empty part";
    if (part === "." || part === "..") return `it has the part '${part}'`;
    if (bytes.encode(part).length > COMPONENT_BYTES) {
      return `it has a part of more than ${COMPONENT_BYTES} bytes`;
    }
  }
  return undefined;
}

/**
 * Checks the names of the files of one directory tree.
 *
 * @param taken names that are in use already
 * @throws {RefusedError} naming every name that is unsafe, that equals
 * another but for case or Unicode form, or that is a file where another name
 * needs a directory.
 */
export function checkNames(
  names: readonly string[],
  what: string,
  taken: readonly string[] = [],
): void {
  const problems: string[] = [];
  const seen = new Map<string, string>(taken.map((name) => [fold(name), name]));
  const directories = new Map<string, string>();
  for (const name of taken) addParents(directories, name);
  for (const name of names) {
    const why = whyUnsafeName(name);
    const other = seen.get(fold(name));
    if (why !== undefined) problems.push(`${quote(name)}: ${why}`);
    else if (other !== undefined) {
      problems.push(`${quote(name)}: another file is named ${quote(other)}`);
    }
    seen.set(fold(name), name);
    addParents(directories, name);
  }
  for (const [folded, name] of seen) {
    const inner = directories.get(folded);
    if (inner !== undefined) {
      problems.push(`${quote(name)}: it is the directory of ${quote(inner)}`);
    }
  }
  if (problems.length === 0) return;
  throw new RefusedError(
    `${what} has ${problems.length === 1 ? "a file name" : "file names"} ` +
      `that cannot be used: ${problems.slice(0, 20).join("; ")}` +
      (problems.length > 20 ? `; and ${problems.length - 20} more` : ""),
  );
}

// What a case-insensitive, normalising file system (macOS, Windows) compares.
// Upper case first: lower case alone keeps apart the two small sigmas.
function fold(name: string): string {
  return name.toUpperCase().toLowerCase().normalize("NFC");
}

function addParents(directories: Map<string, string>, name: string): void {
  const parts = fold(name).split("/");
  for (let count = 1; count < parts.length; count++) {
    directories.set(parts.slice(0, count).join("/"), name);
  }
}
