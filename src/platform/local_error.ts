import {
  LocalError,
  type LocalReason,
  messageOf,
  printable,
} from "../base/mod.ts";
import { host } from "./host.ts";

const REASONS: Record<string, LocalReason> = {
  ENOENT: "not_found",
  EEXIST: "exists",
  EACCES: "permission",
  EPERM: "permission",
  EROFS: "read_only",
  ENOSPC: "no_space",
  EDQUOT: "no_space",
  EFBIG: "no_space",
  EXDEV: "cross_device",
  EMLINK: "too_many_links",
  ENOTSUP: "unsupported",
  EOPNOTSUPP: "unsupported",
  ENOSYS: "unsupported",
  EISDIR: "is_directory",
  ENOTDIR: "not_directory",
  EBUSY: "busy",
};

const SENTENCES: Partial<Record<LocalReason, string>> = {
  not_found: "there is no such file or directory",
  exists: "it exists already",
  permission: "permission denied",
  read_only: "the file system is read-only",
  no_space: "no space left (disk full, quota or file size limit)",
  is_directory: "it is a directory",
  not_directory: "a part of the path is not a directory",
};

// What no caller branches on, but a reader wants in words.
const OTHER_SENTENCES: Record<string, string> = {
  EIO: "the disk reports an input/output error",
  EMFILE: "too many open files",
  ENFILE: "too many open files",
  ELOOP: "too many symbolic links in the path",
  ENAMETOOLONG: "the name is too long for the file system",
  ENOTEMPTY: "the directory is not empty",
  ESTALE: "the network file system has lost it",
};

const HINTS: Partial<Record<LocalReason, string>> = {
  permission: "Check the owner and mode of the directory, or choose another.",
  read_only: "Choose a directory on a writable file system.",
  no_space: "Free some space or choose another directory, then run it again.",
};

const TOO_MANY_FILES =
  "Lower --jobs, or raise the limit of open files (ulimit -n).";
const OTHER_HINTS: Record<string, string> = {
  EIO: "Check the disk, or choose a directory on another one.",
  EMFILE: TOO_MANY_FILES,
  ENFILE: TOO_MANY_FILES,
  ESTALE: "Run it again once the network file system is back.",
};

/**
 * What the runtime threw for `path`, as a {@linkcode LocalError}.
 *
 * @param action what was tried, as in `cannot write`
 */
export function localError(
  action: string,
  path: string,
  cause: unknown,
): LocalError {
  const code = String((cause as { code?: unknown } | null)?.code);
  const reason = cause instanceof Deno.errors.NotCapable
    ? "permission"
    : isRefusedDirectory(action, path, code)
    ? "is_directory"
    : REASONS[code] ?? "other";
  const why = SENTENCES[reason] ?? OTHER_SENTENCES[code] ??
    printable(messageOf(cause));
  return new LocalError(`${action} ${printable(path)}: ${why}`, {
    reason,
    path,
    cause,
    hint: HINTS[reason] ?? OTHER_HINTS[code],
  });
}

// What is done to files only. Windows refuses it for a directory as if a
// permission were missing.
const DONE_TO_FILES = ["cannot open", "cannot read", "cannot rename to"];

function isRefusedDirectory(
  action: string,
  path: string,
  code: string,
): boolean {
  if (host.os !== "windows" || code !== "EACCES") return false;
  try {
    return DONE_TO_FILES.includes(action) && Deno.statSync(path).isDirectory;
  } catch {
    return false;
  }
}
