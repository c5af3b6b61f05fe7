import type { Random } from "./clock.ts";
import { LocalError } from "./errors.ts";
import type { FileSystem, WritableFile } from "./file_system.ts";
import { directoryName, joinPath } from "./paths.ts";

/**
 * Writes a file so that its name shows the old content or all of the new one
 * and never a part: temporary file in the same directory, sync, rename, sync
 * of the directory.
 *
 * @param chunks the content; text is written as UTF-8
 * @throws {LocalError} when the disk refuses; nothing is left behind then
 */
export async function writeFileAtomically(
  tools: { files: FileSystem; random: Random },
  path: string,
  chunks: AsyncIterable<Uint8Array> | Uint8Array | string,
  options: { mode?: number } = {},
): Promise<void> {
  const { files, random } = tools;
  const directory = directoryName(path);
  const token = random().toString(36).slice(2);
  const temporary = joinPath(directory, `.hca-${token}.part`);
  const file = await files.create(temporary, options);
  try {
    await fill(file, chunks);
    await files.rename(temporary, path);
    await files.syncDirectory(directory);
  } catch (error) {
    await files.remove(temporary);
    throw error;
  }
  await removeOldTemporaries(files, path);
}

const TEMPORARY = /^\.hca-[0-9a-z]*\.part$/;

// A report is open as long as its transfer, and may be quiet for days.
const ABANDONED_MS = 7 * 24 * 3_600_000;

/**
 * Removes what killed processes left beside a file that was just written: what
 * is named as the temporary files of hca, and a week older than the file. A
 * disk that refuses keeps them: they only take space.
 *
 * @param path the file; its time says what time it is there
 */
export async function removeOldTemporaries(
  files: FileSystem,
  path: string,
): Promise<void> {
  const directory = directoryName(path);
  try {
    const { modifiedAtMs: nowMs } = await files.lstat(path) ?? {};
    if (nowMs === undefined) return;
    for (const { name, kind } of await files.list(directory)) {
      if (kind !== "file" || !TEMPORARY.test(name)) continue;
      const old = joinPath(directory, name);
      const info = await files.lstat(old);
      const ageMs = nowMs - (info?.modifiedAtMs ?? nowMs);
      if (ageMs > ABANDONED_MS) await files.remove(old);
    }
  } catch (error) {
    if (!(error instanceof LocalError)) throw error;
  }
}

async function fill(
  file: WritableFile,
  chunks: AsyncIterable<Uint8Array> | Uint8Array | string,
): Promise<void> {
  try {
    if (typeof chunks === "string") {
      await file.write(new TextEncoder().encode(chunks));
    } else if (chunks instanceof Uint8Array) await file.write(chunks);
    else for await (const chunk of chunks) await file.write(chunk);
    await file.sync();
  } finally {
    file.close();
  }
}
