import {
  directoryName,
  type FileSystem,
  formatJson,
  type JsonObject,
  LocalError,
  writeFileAtomically,
} from "../base/mod.ts";
import { describeConfigFile, readConfigFile } from "./config_file.ts";
import { type LockTools, withFileLock } from "./file_lock.ts";
import { findJsonFault } from "./json_fault.ts";

/**
 * Changes a configuration file: what `edit` makes of its own content (not of
 * the merged configuration) replaces it atomically, with mode 0600, in a
 * directory that is made with mode 0700. Processes that change the file at
 * the same time wait for one another, so no change is lost.
 *
 * @param edit may be called twice; it returns its argument when there is
 * nothing to change, and then nothing is written
 * @returns whether the file was written
 * @throws {LocalError} when the file is malformed or is no regular file, which
 * leaves it as it is, or when the disk refuses
 * @throws {CancelledError} when `signal` is aborted before the change
 */
export async function changeConfigFile(
  tools: LockTools,
  path: string,
  edit: (own: JsonObject) => JsonObject,
  signal?: AbortSignal,
): Promise<boolean> {
  const { files } = tools;
  const before = (await readConfigFile(files, path))?.content ?? {};
  if (edit(before) === before) return false;
  await files.makeDirectory(directoryName(path), { mode: 0o700 });
  return await withFileLock(tools, `${path}.lock`, async (lock) => {
    const own = await readOwn(files, path);
    const changed = edit(own);
    if (changed === own) return false;
    const text = formatConfig(changed, path);
    await warnOfLink(tools, path);
    await lock.check();
    await writeFileAtomically(tools, path, text, { mode: 0o600 });
    return true;
  }, { signal });
}

async function readOwn(files: FileSystem, path: string): Promise<JsonObject> {
  const layer = await readConfigFile(files, path);
  if (layer?.isRegular !== false) return layer?.content ?? {};
  // A device such as /dev/null would be replaced by a file.
  throw new LocalError(`${describeConfigFile(path)} is no regular file`, {
    path,
  });
}

function formatConfig(content: JsonObject, path: string): string {
  const text = `${formatJson(content)}\n`;
  // A number such as 1e999 has no form that could be read again.
  const fault = findJsonFault(text);
  if (fault === undefined) return text;
  throw new LocalError(
    `${describeConfigFile(path)} holds what cannot be written as JSON`,
    { path },
  );
}

async function warnOfLink(
  { files, log }: LockTools,
  path: string,
): Promise<void> {
  if ((await files.lstat(path))?.kind !== "symlink") return;
  log(
    "WARNING",
    `${describeConfigFile(path)} was a symbolic link; it is now a file`,
  );
}
