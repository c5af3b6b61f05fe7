import type { HcaError, ItemFailure } from "../base/mod.ts";
import type { TransferEvent } from "../transfer/mod.ts";

/** Where a verification stands. */
export interface VerifyTotals {
  /** Contents and files that were looked at, those of the store included. */
  checked: number;
  /** Bytes that were read and hashed. */
  readBytes: number;
  /** Those that have other bytes than they should. */
  damaged: number;
  /** Those that should be there and are not. */
  missing: number;
  /** Those that the system did not let us read. */
  unreadable: number;
  /** Of all these, how many were put right. */
  repaired: number;
  /** Files that a bundle lists and nobody fetched; a filter may be why. */
  notDownloaded: number;
  /** Parts of broken downloads. */
  parts: number;
  /** Their bytes. */
  partBytes: number;
  /** When the oldest of them was last written, epoch milliseconds. */
  oldestPartAtMs: number | undefined;
  /** Entries of the store that are neither contents nor parts. */
  strays: number;
  /**
   * Directories that are named `<uuid>.<version>`, with a version that is none
   * of the DSS, and whose `bundle.json` is not that bundle's. Nobody looked
   * into them.
   */
  otherDirectories: number;
}

/** What is wrong with one file. */
export interface VerifyFault {
  /** Whether it has other bytes, is not there, or cannot be read. */
  kind: "damaged" | "missing" | "unreadable";
  /** Where it is, or should be. */
  path: string;
  /** SHA-256 it should have; undefined where nothing says so. */
  sha256: string | undefined;
  /** Why. */
  error: HcaError;
}

/** What happens in a verification, in order. */
export type VerifyEvent =
  /** At most one a second. */
  | { type: "progress"; totals: VerifyTotals }
  | { type: "fault"; fault: VerifyFault }
  /** Something is fetched again. */
  | { type: "transfer"; event: TransferEvent }
  /** A fault that was told is none any more. */
  | { type: "repaired"; fault: VerifyFault }
  /** The end. `failures` are at most 1000 of what is still wrong. */
  | { type: "finished"; totals: VerifyTotals; failures: ItemFailure[] };
