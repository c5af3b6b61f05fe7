import type { HcaError, ItemFailure } from "../base/mod.ts";

/** Where a transfer stands. */
export interface TransferTotals {
  /** Contents of the plan. */
  contents: number;
  /** Their bytes. */
  sizeBytes: number;
  /** Contents that were fetched and verified. */
  fetched: number;
  /** Contents that were in the store already. */
  present: number;
  /** Contents that failed. */
  failed: number;
  /** Bytes of the contents that are fetched or present. */
  doneBytes: number;
  /** Bytes received, those of failed tries included. */
  receivedBytes: number;
}

/** What happens in a transfer, in order. */
export type TransferEvent =
  | { type: "started"; totals: TransferTotals }
  | { type: "progress"; totals: TransferTotals }
  | { type: "fetched"; name: string; sizeBytes: number; path: string }
  | { type: "present"; name: string; sizeBytes: number; path: string }
  | { type: "failed"; name: string; error: HcaError }
  | { type: "warning"; message: string }
  | { type: "manifest"; path: string }
  | { type: "finished"; totals: TransferTotals; failures: ItemFailure[] };
