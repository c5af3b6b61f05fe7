/**
 * The error classes of hca. A caller tells them apart by `code` (or
 * `instanceof`), never by the text of the message; the command line maps each
 * code to an exit status (see `commands/exit_codes.ts`).
 *
 * @module
 */

/** The stable name of each kind of failure. */
export type ErrorCode =
  | "usage"
  | "partial"
  | "auth"
  | "not_found"
  | "network"
  | "service"
  | "integrity"
  | "local"
  | "refused"
  | "cancelled";

/** What every {@linkcode HcaError} may carry besides its message. */
export interface HcaErrorOptions {
  /** What the reader can do next, one sentence. */
  hint?: string;
  /** The lower-level failure this one was made from. */
  cause?: unknown;
  /** Whether the same call may succeed later, unchanged. Default: by class. */
  retryable?: boolean;
}

/** The family of errors that hca throws on purpose; the others are bugs. */
export abstract class HcaError extends Error {
  /** The kind of failure. */
  abstract readonly code: ErrorCode;
  /** Whether the same call may succeed later, unchanged. */
  readonly retryable: boolean;
  /** What the reader can do next, one sentence. */
  readonly hint: string | undefined;

  /** Makes an error; `options.cause` is kept as the standard `cause`. */
  constructor(message: string, options: HcaErrorOptions = {}) {
    super(message, { cause: options.cause });
    this.retryable = options.retryable ?? false;
    this.hint = options.hint;
  }
}

/** Arguments, configuration or parameters refused before any I/O. */
export class UsageError extends HcaError {
  /** Always `UsageError`. */
  override readonly name = "UsageError";
  /** Always `usage`. */
  readonly code = "usage";
}

/** One item of a run that failed. */
export interface ItemFailure {
  /** What the item is called in the plan: a file name, a bundle FQID. */
  name: string;
  /** Why it failed. */
  error: HcaError;
}

/** Some items of a run failed; the others are done and stay. */
export class PartialError extends HcaError {
  /** Always `PartialError`. */
  override readonly name = "PartialError";
  /** Always `partial`. */
  readonly code = "partial";
  /** One entry per failed item, in the order they failed. */
  readonly failures: readonly ItemFailure[];
  /** How many more failed that `failures` does not hold. */
  readonly omitted: number;

  /** Makes the error of a run in which `failures` happened. */
  constructor(
    message: string,
    failures: readonly ItemFailure[],
    options: HcaErrorOptions & { omitted?: number } = {},
  ) {
    super(message, options);
    this.failures = failures;
    this.omitted = options.omitted ?? 0;
  }
}

/** What a service said in an answer that is an error. */
export interface ServiceAnswer {
  /** HTTP status. */
  status: number;
  /** The request that was answered, secrets removed. */
  url: string;
  /** HTTP method of that request. */
  method: string;
  /** The `code` of the body, as in `not_found`; absent in some bodies. */
  code?: string;
  /** The `title` (or `message`) of the body. */
  title?: string;
  /** The `stacktrace` or `detail` of the body. */
  details?: string;
  /** The service's id of the request, for its operators. */
  requestId?: string;
}

/** An error that a service answered with. */
export abstract class AnsweredError extends HcaError {
  /** What the service said; absent when nothing was asked. */
  readonly answer: ServiceAnswer | undefined;

  /** Makes the error of `options.answer`. */
  constructor(
    message: string,
    options: HcaErrorOptions & { answer?: ServiceAnswer } = {},
  ) {
    super(message, options);
    this.answer = options.answer;
  }
}

/** 401, 403, or a credential that is missing or expired. */
export class AuthError extends AnsweredError {
  /** Always `AuthError`. */
  override readonly name = "AuthError";
  /** Always `auth`. */
  readonly code = "auth";
}

/** 404, 410, or an id or operation that is not known. */
export class NotFoundError extends AnsweredError {
  /** Always `NotFoundError`. */
  override readonly name = "NotFoundError";
  /** Always `not_found`. */
  readonly code = "not_found";
}

/** 429, 5xx, another refusal, or an answer that cannot be read. */
export class ServiceError extends AnsweredError {
  /** Always `ServiceError`. */
  override readonly name = "ServiceError";
  /** Always `service`. */
  readonly code = "service";
}

/** No answer, a body cut short, or nothing received for too long. */
export class NetworkError extends HcaError {
  /** Always `NetworkError`. */
  override readonly name = "NetworkError";
  /** Always `network`. */
  readonly code = "network";

  /** Makes the error; `retryable` is true unless said otherwise. */
  constructor(message: string, options: HcaErrorOptions = {}) {
    super(message, { retryable: true, ...options });
  }
}

/** A size, checksum or returned range differs from what was stated. */
export class IntegrityError extends HcaError {
  /** Always `IntegrityError`. */
  override readonly name = "IntegrityError";
  /** Always `integrity`. */
  readonly code = "integrity";
}

/** Why the local machine refused. */
export type LocalReason =
  | "not_found"
  | "exists"
  | "permission"
  | "read_only"
  | "no_space"
  | "cross_device"
  | "too_many_links"
  | "unsupported"
  | "is_directory"
  | "not_directory"
  | "busy"
  | "damaged"
  | "other";

/** Disk full, no permission, destination exists and the like. */
export class LocalError extends HcaError {
  /** Always `LocalError`. */
  override readonly name = "LocalError";
  /** Always `local`. */
  readonly code = "local";
  /** Why, in a form to branch on. */
  readonly reason: LocalReason;
  /** The path it is about, if any. */
  readonly path: string | undefined;

  /** Makes the error of `options.path`. */
  constructor(
    message: string,
    options: HcaErrorOptions & { reason?: LocalReason; path?: string } = {},
  ) {
    super(message, options);
    this.reason = options.reason ?? "other";
    this.path = options.path;
  }
}

/** Hostile or malformed data from a service or a manifest. */
export class RefusedError extends HcaError {
  /** Always `RefusedError`. */
  override readonly name = "RefusedError";
  /** Always `refused`. */
  readonly code = "refused";
}

/** The signals that ask a program to end. */
export type EndingSignal = "SIGHUP" | "SIGINT" | "SIGTERM";

/** Interrupted by the user or by an `AbortSignal`. */
export class CancelledError extends HcaError {
  /** Always `CancelledError`. */
  override readonly name = "CancelledError";
  /** Always `cancelled`. */
  readonly code = "cancelled";
  /** The signal that ended the program, when one did. */
  readonly signalName: EndingSignal | undefined;

  /** Makes the error; `signalName` decides between exit 129, 130 and 143. */
  constructor(
    message = "cancelled",
    options: HcaErrorOptions & { signalName?: EndingSignal } = {},
  ) {
    super(message, options);
    this.signalName = options.signalName;
  }
}

/**
 * Throws the reason of an aborted signal as a {@linkcode CancelledError}.
 *
 * @throws {CancelledError} when `signal` is aborted.
 */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw cancelledBy(signal);
}

/** The {@linkcode CancelledError} an aborted signal stands for. */
export function cancelledBy(signal: AbortSignal): CancelledError {
  return signal.reason instanceof CancelledError
    ? signal.reason
    : new CancelledError("cancelled", { cause: signal.reason });
}

/** The one-line text of anything thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
