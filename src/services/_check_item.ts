import {
  type FileInfo,
  type HcaError,
  IntegrityError,
  LocalError,
  NotFoundError,
  quote,
  type Runtime,
  throwIfAborted,
  toHex,
} from "../base/mod.ts";
import type { VerifyFault } from "./verify_event.ts";

/** A file version that a service can be asked for. */
export interface FileReference {
  /** Its uuid. */
  uuid: string;
  /** Its version. */
  version: string;
}

/** A file and what it should be. */
export interface CheckItem {
  /** Where it is. */
  path: string;
  /** SHA-256 it should have, 64 lower-case hex digits. */
  sha256: string;
  /** Size it should have in bytes; undefined if that is not known. */
  sizeBytes?: number;
  /** Whether it need not be there. */
  isOptional?: boolean;
  /** Whether it may be a symbolic link to the content. */
  mayBeLink?: boolean;
  /**
   * The content of the store that was looked at before: a second link to it
   * is not read again. Gives undefined when none was looked at.
   */
  stored?: { look: () => Promise<FileInfo | undefined>; isIntact: boolean };
  /** A symbolic link in the store on the way to it, which is not followed. */
  link?: string | undefined;
  /** Where the bytes can be had; undefined if that is not known. */
  source?: FileReference;
  /** Whether it is the file of the store. */
  isStored?: boolean;
  /** Where it stands otherwise, if a repair may replace it there. */
  target?: string;
}

/** What came of a look at an item. */
export interface CheckOutcome {
  /** The item. */
  item: CheckItem;
  /** Device and inode; "" if unknown or if it is not there. */
  identity: string;
  /** Bytes that were read. */
  readBytes: number;
  /** Whether it is not there and need not be. */
  isAbsent: boolean;
  /** What is wrong with it. */
  fault: VerifyFault | undefined;
}

/**
 * Compares a file with what it should be: kind and size first, then all of
 * its bytes.
 *
 * @throws {CancelledError} when aborted
 */
export async function checkItem(
  runtime: Pick<Runtime, "files" | "createHash">,
  item: CheckItem,
  signal: AbortSignal | undefined,
): Promise<CheckOutcome> {
  throwIfAborted(signal);
  const outcome: CheckOutcome = {
    item,
    identity: "",
    readBytes: 0,
    isAbsent: false,
    fault: undefined,
  };
  try {
    await look(runtime, outcome, signal);
  } catch (error) {
    if (error instanceof IntegrityError) setFault(outcome, "damaged", error);
    else if (error instanceof NotFoundError) {
      setFault(outcome, "missing", error);
    } else if (error instanceof LocalError) {
      setFault(outcome, "unreadable", error);
    } else throw error;
  }
  return outcome;
}

function setFault(
  outcome: CheckOutcome,
  kind: VerifyFault["kind"],
  error: HcaError,
): void {
  const { path, sha256 } = outcome.item;
  outcome.fault = { kind, path, sha256, error };
}

async function look(
  runtime: Pick<Runtime, "files" | "createHash">,
  outcome: CheckOutcome,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { item } = outcome;
  const { path, stored, link } = item;
  const { files } = runtime;
  if (link !== undefined) {
    throw new IntegrityError(`it is behind the symbolic link ${quote(link)}`);
  }
  const info = await (item.mayBeLink ? files.stat(path) : files.lstat(path));
  if (info === undefined) {
    outcome.isAbsent = item.isOptional ?? false;
    if (outcome.isAbsent) return;
    throw new NotFoundError("it is not there");
  }
  outcome.identity = info.kind === "file" ? info.identity : "";
  checkInfo(info, item.sizeBytes);
  if (stored !== undefined && info.identity !== "") {
    const known = await stored.look();
    if (known?.kind === "file" && known.identity === info.identity) {
      if (stored.isIntact) return;
      throw new IntegrityError("it is a link to a damaged content");
    }
  }
  outcome.readBytes = info.sizeBytes;
  const found = await hashFile(runtime, path, info.sizeBytes, signal);
  if (found === item.sha256) return;
  throw new IntegrityError(
    `it has the SHA-256 ${found} instead of ${item.sha256}`,
  );
}

function checkInfo(
  { kind, sizeBytes }: FileInfo,
  wanted: number | undefined,
): void {
  if (kind !== "file") {
    const what = kind === "directory"
      ? "a directory"
      : kind === "symlink"
      ? "a symbolic link"
      : "not a regular file";
    throw new IntegrityError(`it is ${what}`);
  }
  if (wanted === undefined || sizeBytes === wanted) return;
  throw new IntegrityError(`it has ${sizeBytes} bytes instead of ${wanted}`);
}

// Up to here one call for all is faster than chunks.
const WHOLE_BYTES = 1 << 20;

async function hashFile(
  { files, createHash }: Pick<Runtime, "files" | "createHash">,
  path: string,
  sizeBytes: number,
  signal: AbortSignal | undefined,
): Promise<string> {
  const hash = createHash("sha256");
  if (sizeBytes <= WHOLE_BYTES) {
    hash.update(await files.read(path));
    return toHex(hash.digest());
  }
  // One byte more than there should be: a file that grew is another one.
  const chunks = files.readChunks(path, { end: sizeBytes + 1 });
  for await (const chunk of chunks) {
    throwIfAborted(signal);
    hash.update(chunk);
  }
  return toHex(hash.digest());
}
