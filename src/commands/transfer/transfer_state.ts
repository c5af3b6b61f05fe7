import { type ProgressState, RateMeter } from "../../terminal/mod.ts";
import type {
  ActiveContent,
  TransferEvent,
  TransferTotals,
} from "../../transfer/mod.ts";
import { filesOf } from "./format_summary.ts";

/** How far a transfer is, gathered from its events. */
export class TransferState {
  readonly #meter: RateMeter;
  #totals: TransferTotals | undefined;
  #active: readonly ActiveContent[] = [];
  #presentBytes = 0;

  /** Rates are those of the last `windowMs` milliseconds. */
  constructor(windowMs: number) {
    this.#meter = new RateMeter(windowMs);
  }

  /** Takes in what happens. */
  take(event: TransferEvent): void {
    if (event.type === "started") {
      this.#totals = event.totals;
      this.#presentBytes = event.totals.sizeBytes - event.needs.sizeBytes;
    } else if (event.type === "progress") {
      this.#totals = event.totals;
      this.#active = event.active;
    } else if (
      event.type === "fetched" || event.type === "present" ||
      event.type === "failed"
    ) this.#count(event);
  }

  /** Totals come with progress only, and the last one may be long ago. */
  #count(
    event: TransferEvent & { type: "fetched" | "present" | "failed" },
  ): void {
    const totals = this.#totals;
    if (totals === undefined) return;
    const counted = { ...totals, [event.type]: totals[event.type] + 1 };
    if (event.type !== "failed") counted.doneBytes += event.sizeBytes;
    this.#totals = counted;
    this.#active = this.#active.filter(({ name }) => name !== event.name);
  }

  /** How far it is at a moment; undefined before it has started. */
  at(elapsedMs: number): ProgressState | undefined {
    const totals = this.#totals;
    if (totals === undefined) return undefined;
    this.#meter.add(elapsedMs, totals.receivedBytes);
    const bytesPerSecond = this.#meter.perSecond;
    const doneBytes = this.#bytesThere(totals);
    const sizeBytes = Math.max(totals.sizeBytes, doneBytes);
    const leftBytes = sizeBytes - doneBytes;
    return {
      doneFiles: totals.fetched + totals.present,
      files: filesOf(totals),
      failedFiles: totals.failed,
      doneBytes,
      sizeBytes,
      bytesPerSecond,
      leftMs: bytesPerSecond > 0 && leftBytes > 0
        ? leftBytes / bytesPerSecond * 1000
        : undefined,
      items: this.#active,
    };
  }

  // What is received for files that are not done counts too. Bytes of tries
  // that failed are among it, so this may run ahead, but never past the end.
  #bytesThere(totals: TransferTotals): number {
    const { sizeBytes, doneBytes, receivedBytes, resumedBytes } = totals;
    const begun = this.#presentBytes + resumedBytes + receivedBytes;
    return Math.max(doneBytes, Math.min(sizeBytes, begun));
  }
}
