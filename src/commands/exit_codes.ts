import { CancelledError, type ErrorCode, HcaError } from "../base/mod.ts";

/** One exit status of hca. */
export interface ExitCode {
  /** The status. */
  status: number;
  /** The class of error it stands for. */
  errorClass: string;
  /** When it happens. */
  when: string;
}

/** Every exit status, by the kind of error; help and docs print this. */
export const EXIT_CODES: Readonly<
  Record<ErrorCode | "done" | "bug" | "hungUp" | "terminated", ExitCode>
> = {
  done: { status: 0, errorClass: "", when: "done; no results is also done" },
  bug: {
    status: 1,
    errorClass: "Error",
    when: "anything else: a fault of hca itself",
  },
  usage: {
    status: 2,
    errorClass: "UsageError",
    when: "arguments or configuration refused before anything was done",
  },
  partial: {
    status: 3,
    errorClass: "PartialError",
    when: "some items failed, each one named; the others are complete",
  },
  auth: {
    status: 4,
    errorClass: "AuthError",
    when: "401 or 403, or a credential that is missing or expired",
  },
  not_found: {
    status: 5,
    errorClass: "NotFoundError",
    when: "404, or an id that is not known",
  },
  network: {
    status: 6,
    errorClass: "NetworkError",
    when: "no answer, or an answer cut short",
  },
  service: {
    status: 7,
    errorClass: "ServiceError",
    when: "the service refused or failed (400, 429, 5xx …)",
  },
  integrity: {
    status: 8,
    errorClass: "IntegrityError",
    when: "a size or checksum differs from what was stated",
  },
  local: {
    status: 9,
    errorClass: "LocalError",
    when: "disk full, no permission, a file in the way, no such file",
  },
  refused: {
    status: 10,
    errorClass: "RefusedError",
    when: "hostile or malformed data from a service or in a file",
  },
  hungUp: {
    status: 129,
    errorClass: "CancelledError",
    when: "the terminal was closed (SIGHUP)",
  },
  cancelled: {
    status: 130,
    errorClass: "CancelledError",
    when: "interrupted (Ctrl-C)",
  },
  terminated: {
    status: 143,
    errorClass: "CancelledError",
    when: "ended by SIGTERM",
  },
};

/** The exit status for anything that was thrown. */
export function exitStatusOf(error: unknown): number {
  if (!(error instanceof HcaError)) return EXIT_CODES.bug.status;
  if (error instanceof CancelledError) {
    if (error.signalName === "SIGTERM") return EXIT_CODES.terminated.status;
    if (error.signalName === "SIGHUP") return EXIT_CODES.hungUp.status;
  }
  return EXIT_CODES[error.code].status;
}
