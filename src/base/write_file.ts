import type { Random } from "./clock.ts";
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
