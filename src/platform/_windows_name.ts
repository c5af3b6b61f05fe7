import { LocalError, printable, quote } from "../base/mod.ts";
import { type Host, host } from "./host.ts";

// Microsoft, "Naming Files, Paths, and Namespaces": devices of DOS, whatever
// follows a dot, and characters with another meaning. After a colon comes a
// stream of the file that stands before it.
const DEVICE =
  /^(con|prn|aux|nul|(com|lpt)[0-9\u00b9\u00b2\u00b3]|conin\$|conout\$) *(\.|$)/i;
const RESERVED = /[<>:"|?*]/;
// These are left out without a word: `a.` would be `a`.
const LEFT_OUT_AT_END = /[. ]$/;

// `\\?\`, `\\.\` and a drive.
const ROOT = /^(?:[\\/]{2}[?.][\\/])?(?:[A-Za-z]:)?/;

/**
 * The first name on a path that no file of Windows can have, or that would be
 * another one there; undefined if there is none.
 */
export function noWindowsName(path: string): string | undefined {
  return path.replace(ROOT, "").split(/[\\/]/).find((name) =>
    name !== "." && name !== ".." &&
    (DEVICE.test(name) || RESERVED.test(name) || LEFT_OUT_AT_END.test(name))
  );
}

/**
 * Refuses to give something a name that means something else on this system.
 *
 * @param action what was to be done, as in `cannot rename to`
 * @throws {LocalError} with reason `not_found`, as for any path that cannot be
 */
export function checkNewName(
  action: string,
  path: string,
  os: Host["os"] = host.os,
): void {
  const name = os === "windows" ? noWindowsName(path) : undefined;
  if (name === undefined) return;
  throw new LocalError(
    `${action} ${printable(path)}: ${quote(name)} cannot be a file name on ` +
      "Windows",
    {
      reason: "not_found",
      path,
      hint: "Use another system for it, such as the Linux of WSL.",
    },
  );
}
