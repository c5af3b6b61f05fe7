import { localError } from "./local_error.ts";

// The disk has a fault or is full; everything else means "not here".
const FAULTS = ["EIO", "ENOSPC", "EDQUOT"];

/**
 * Syncs a directory where that is possible: Windows cannot open one, and some
 * network file systems refuse to sync one, where nothing more can be done.
 *
 * @param directory undefined when it could not be opened
 * @throws {LocalError} when the disk fails
 */
export async function syncOpened(
  path: string,
  directory: Deno.FsFile | undefined,
): Promise<void> {
  try {
    await directory?.sync();
  } catch (cause) {
    const code = (cause as { code?: unknown } | null)?.code;
    if (typeof code !== "string" || !FAULTS.includes(code)) return;
    throw localError("cannot sync the directory", path, cause);
  }
}
