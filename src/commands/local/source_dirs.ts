import { LocalError, quote } from "../../base/mod.ts";
import type { Values } from "../command.ts";
import type { Context } from "../context.ts";

/**
 * The directories that `--source-dir` names.
 *
 * @throws {LocalError} when one is none: nothing could ever be read from it
 */
export async function readSourceDirs(
  { environment: { runtime: { files } } }: Context,
  values: Values,
): Promise<string[]> {
  const directories = values.list("source-dir") ?? [];
  for (const path of directories) {
    if ((await files.stat(path))?.kind === "directory") continue;
    throw new LocalError(
      `--source-dir ${quote(path, 200)} is not a directory`,
      { path, reason: "not_found" },
    );
  }
  return directories;
}
