import type { HcaError, ItemFailure } from "../base/mod.ts";

/** Where a transfer stands. */
export interface TransferTotals {
  /** Contents of the plan: each SHA-256 counts once. */
  contents: number;
  /** Their bytes. */
  sizeBytes: number;
  /** Contents that were fetched and verified. */
  fetched: number;
  /** Contents that were in the store already. */
  present: number;
  /** Contents that failed. */
  failed: number;
  /** Contents that took more than one try, whatever came of them. */
  retried: number;
  /** Bytes of the contents that are fetched or present. */
  doneBytes: number;
  /** Bytes received, those of failed tries included. */
  receivedBytes: number;
  /** Bytes taken over from an earlier, broken run. */
  resumedBytes: number;
  /** Milliseconds since the start of the plan. */
  elapsedMs: number;
}

/** What is known before the first byte is asked for. */
export interface TransferNeeds {
  /** Contents that have to be fetched. */
  contents: number;
  /** Their bytes. */
  sizeBytes: number;
  /** Free bytes of the file system; undefined if that cannot be told. */
  freeBytes: number | undefined;
}

/** A content under way. */
export interface ActiveContent {
  /** What messages call it. */
  name: string;
  /** Its size in bytes. */
  sizeBytes: number;
  /** Bytes of it that are there. */
  doneBytes: number;
  /** Its rate since it began, bytes per second. */
  bytesPerSecond: number;
}

/** What became of one content. */
export interface ContentResult {
  /** What messages call it: the name of the first file that has it. */
  name: string;
  /** SHA-256, 64 lower-case hex digits. */
  sha256: string;
  /** Size in bytes. */
  sizeBytes: number;
  /** Where it was asked for, secrets removed; undefined for known bytes. */
  source: string | undefined;
  /** How often it was asked for; 0 when it was there already. */
  tries: number;
  /** Everywhere it stands besides the store. */
  targets: readonly string[];
}

/** What happens in a transfer, in order. */
export type TransferEvent =
  /** The plan is made; `needs` is what is not there yet. */
  | { type: "started"; totals: TransferTotals; needs: TransferNeeds }
  /** At most ten a second; `active` are the slowest few contents. */
  | { type: "progress"; totals: TransferTotals; active: ActiveContent[] }
  /** Fetched, verified, durable, and at all its places. */
  | (ContentResult & { type: "fetched"; path: string })
  /** There already, and at all its places. */
  | (ContentResult & { type: "present"; path: string })
  /** A try failed and another one follows. */
  | { type: "retried"; name: string; reason: string; tries: number }
  /** Given up; the other contents go on. */
  | (ContentResult & { type: "failed"; error: HcaError })
  | { type: "warning"; message: string }
  /** A rewritten manifest. */
  | { type: "manifest"; path: string }
  /**
   * The end. `failures` are at most 1000 of those that failed;
   * `totals.failed` counts all.
   */
  | { type: "finished"; totals: TransferTotals; failures: ItemFailure[] };
