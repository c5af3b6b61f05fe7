import {
  directoryName,
  type Runtime,
  writeFileAtomically,
} from "../../base/mod.ts";

/**
 * Whether a path of the user's folders is usable. One that is relative comes
 * from a missing home or a variable that the XDG Base Directory Specification
 * has us ignore, and would leave files wherever hca is run.
 */
export function isAbsolute(path: string): boolean {
  return /^([\\/]|[A-Za-z]:[\\/])/.test(path);
}

/**
 * The text of a small file; undefined when there is none, or it is larger
 * than `limitBytes` and so not ours.
 *
 * @throws {LocalError} when it cannot be read
 */
export async function readSmallFile(
  { files }: Pick<Runtime, "files">,
  path: string,
  limitBytes: number,
): Promise<string | undefined> {
  if (!isAbsolute(path)) return undefined;
  const info = await files.stat(path);
  if (info?.kind !== "file" || info.sizeBytes > limitBytes) return undefined;
  return new TextDecoder().decode(await files.read(path));
}

/**
 * Writes a file that only the user may read (0600, in a directory of 0700),
 * all of it or nothing; nothing at a path that is not absolute.
 *
 * @throws {LocalError} when the disk refuses
 */
export async function writePrivateFile(
  runtime: Pick<Runtime, "files" | "random">,
  path: string,
  text: string,
): Promise<void> {
  if (!isAbsolute(path)) return;
  const { files } = runtime;
  await files.makeDirectory(directoryName(path), { mode: 0o700 });
  await writeFileAtomically(runtime, path, text, { mode: 0o600 });
}
