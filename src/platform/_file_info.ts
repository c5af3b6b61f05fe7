import type { FileInfo } from "../base/mod.ts";
import {
  attempt,
  attemptNow,
  ignoreMissing,
  ignoreMissingNow,
} from "./_attempt.ts";

// Its permissions are access control lists; a mode would only be a guess.
const IS_WINDOWS = Deno.build.os === "windows";

/**
 * What the runtime says of `path`; undefined if there is nothing.
 *
 * @throws {LocalError} when it cannot be told
 */
export async function fileInfo(
  path: string,
  ask: (path: string) => Deno.FileInfo | Promise<Deno.FileInfo>,
): Promise<FileInfo | undefined> {
  const info = await attempt(
    "cannot look at",
    path,
    () => ignoreMissing(() => ask(path)),
  );
  return info && describe(info);
}

/**
 * What the runtime says of `path` itself, at once; undefined if there is
 * nothing.
 *
 * @throws {LocalError} when it cannot be told
 */
export function fileInfoNow(path: string): FileInfo | undefined {
  const info = attemptNow(
    "cannot look at",
    path,
    () => ignoreMissingNow(() => Deno.lstatSync(path)),
  );
  return info && describe(info);
}

function describe(info: Deno.FileInfo): FileInfo {
  return {
    kind: kindOf(info),
    sizeBytes: info.size,
    identity: identityOf(info),
    modifiedAtMs: info.mtime?.getTime(),
    mode: IS_WINDOWS || info.mode === null ? undefined : info.mode & 0o7777,
  };
}

/**
 * Device and inode; "" where there are none. Windows has inodes that a number
 * cannot hold: rounded, those of two files may be the same.
 */
export function identityOf(info: Pick<Deno.FileInfo, "dev" | "ino">): string {
  return Number.isSafeInteger(info.ino) ? `${info.dev}:${info.ino}` : "";
}

/** What an entry is. */
export function kindOf(
  entry: { isFile: boolean; isDirectory: boolean; isSymlink: boolean },
): FileInfo["kind"] {
  if (entry.isFile) return "file";
  if (entry.isDirectory) return "directory";
  return entry.isSymlink ? "symlink" : "other";
}
