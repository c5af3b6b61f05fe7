import {
  LocalError,
  type LocalReason,
  messageOf,
  printable,
} from "../base/mod.ts";

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

const HINTS: Partial<Record<LocalReason, string>> = {
  permission: "Check the owner and mode of the directory, or choose another.",
  read_only: "Choose a directory on a writable file system.",
  no_space: "Free some space or choose another directory, then run it again.",
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
  const code = (cause as { code?: unknown } | null)?.code;
  const reason = cause instanceof Deno.errors.NotCapable
    ? "permission"
    : typeof code === "string"
    ? REASONS[code] ?? "other"
    : "other";
  const why = SENTENCES[reason] ??
    printable(messageOf(cause));
  return new LocalError(`${action} ${printable(path)}: ${why}`, {
    reason,
    path,
    cause,
    hint: HINTS[reason],
  });
}
