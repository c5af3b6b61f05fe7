/**
 * Paths as text. hca joins with `/` on every system: Windows accepts it, and
 * what is written into a manifest is then the same everywhere.
 *
 * @module
 */

/** Joins parts with `/`; empty parts vanish, so `""` is the current place. */
export function joinPath(...parts: string[]): string {
  return parts.filter((part) => part !== "").reduce(
    (path, part) => path === "" ? part : `${path.replace(/\/+$/, "")}/${part}`,
    "",
  );
}

/** The part after the last separator (`/` or `\`). */
export function baseName(path: string): string {
  return path.replace(/[\\/]+$/, "").replace(/^.*[\\/]/s, "");
}

/** The part before the last separator; `.` if there is none. */
export function directoryName(path: string): string {
  const [, directory] = /^(.*?)[\\/]+[^\\/]+[\\/]*$/s.exec(path) ?? [];
  if (directory === undefined) return /^[\\/]/.test(path) ? "/" : ".";
  // A drive without its root would be the current directory of that drive.
  return directory === "" || /^[A-Za-z]:$/.test(directory)
    ? `${directory}/`
    : directory;
}
