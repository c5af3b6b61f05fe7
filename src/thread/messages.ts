import {
  CancelledError,
  HcaError,
  IntegrityError,
  LocalError,
  type LocalReason,
  messageOf,
} from "../base/mod.ts";

/** What a store in another thread is asked to do. */
export interface StoreCall {
  /** Number of the call; the answer has the same. */
  id: number;
  /** The part that it is about; undefined: the store itself. */
  part: number | undefined;
  /** Name of the method. */
  method: string;
  /** Its arguments. */
  args: unknown[];
}

/** What comes back. */
export type StoreAnswer =
  | { id: number; value: unknown }
  | { id: number; error: PlainError };

/** The first message to the thread: which store to open. */
export interface StoreOpening {
  /** The download directory. */
  downloadDir: string;
}

/** An error in a form that can be sent: a class would lose its kind. */
export interface PlainError {
  /** Name of the class. */
  name: string;
  /** The message. */
  message: string;
  /** The stack. */
  stack: string | undefined;
  /** The hint of an {@linkcode HcaError}. */
  hint?: string | undefined;
  /** The reason of a {@linkcode LocalError}. */
  reason?: LocalReason;
  /** The path of a {@linkcode LocalError}. */
  path?: string | undefined;
}

/** Takes an error apart. */
export function packError(error: unknown): PlainError {
  const { name, stack } = error instanceof Error
    ? error
    : { name: "Error", stack: undefined };
  return {
    name,
    message: messageOf(error),
    stack,
    ...(error instanceof HcaError && { hint: error.hint }),
    ...(error instanceof LocalError &&
      { reason: error.reason, path: error.path }),
  };
}

/** Puts an error together again; its stack shows where it happened. */
export function unpackError(plain: PlainError): Error {
  const error = revived(plain);
  if (plain.stack !== undefined) error.stack = plain.stack;
  return error;
}

function revived({ name, message, hint, reason, path }: PlainError): Error {
  const options = hint === undefined ? {} : { hint };
  switch (name) {
    case "LocalError":
      return new LocalError(message, {
        ...options,
        ...(reason !== undefined && { reason }),
        ...(path !== undefined && { path }),
      });
    case "IntegrityError":
      return new IntegrityError(message, options);
    case "CancelledError":
      return new CancelledError(message, options);
    default:
      return new Error(message);
  }
}
