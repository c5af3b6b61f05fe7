import { LocalError, type LocalReason, printable } from "../base/mod.ts";

interface Refusal {
  /** What SQLite says (sqlite3_errmsg). */
  pattern: RegExp;
  reason: LocalReason;
  hint: string;
}

const REFUSALS: readonly Refusal[] = [
  {
    pattern: /malformed|not a database/,
    reason: "damaged",
    hint: "It is damaged; restore a backup into another directory.",
  },
  {
    pattern: /disk is full/,
    reason: "no_space",
    hint: "Free some space, then run it again.",
  },
  {
    pattern: /is locked/,
    reason: "busy",
    hint: "Another program writes to it; run it again.",
  },
  {
    pattern: /readonly database/,
    reason: "read_only",
    hint: "Check the owner and mode of its directory and of the file system.",
  },
  {
    pattern: /disk I\/O error|unable to open/,
    reason: "other",
    hint: "Its directory must be writable and the disk have room; check " +
      "also the limit of open files (ulimit -n).",
  },
];

/**
 * What SQLite threw, as a {@linkcode LocalError} when the machine or the file
 * is to blame; everything else, a broken constraint above all, as it is. Only
 * the words tell: of what is not prepared SQLite's number is not given.
 *
 * @param action what was tried, as in `cannot use`
 * @param path the file of the database
 */
export function sqliteError(
  action: string,
  path: string,
  cause: unknown,
): unknown {
  if (!(cause instanceof Error)) return cause;
  if ((cause as { code?: unknown }).code !== "ERR_SQLITE_ERROR") return cause;
  const refusal = REFUSALS.find(({ pattern }) => pattern.test(cause.message));
  if (refusal === undefined) return cause;
  const { reason, hint } = refusal;
  const message = `${action} the database ${printable(path)}: ${
    printable(cause.message)
  }`;
  return new LocalError(message, { path, reason, hint, cause });
}
