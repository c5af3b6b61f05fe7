import type { Clock } from "../base/mod.ts";
import type {
  ActiveContent,
  TransferEvent,
  TransferTotals,
} from "./transfer_event.ts";
import type { PlannedContent } from "./transfer_plan.ts";

// A progress event at most this often, milliseconds.
const EVERY_MS = 100;

// More lines than this nobody reads.
const SHOWN = 8;

/** One content under way. */
export interface Underway {
  /** What it is. */
  content: PlannedContent;
  /** When it began, in monotonic milliseconds. */
  startedMs: number;
  /** Bytes of it that are there. */
  doneBytes: number;
  /** Bytes of them that came over the network. */
  receivedBytes: number;
  /** How often it was begun. */
  tries: number;
}

/** Counts what happens, and says so now and then. */
export class TransferProgress {
  /** The counts; `elapsedMs` is that of the last event. */
  readonly totals: TransferTotals;
  readonly #clock: Clock;
  readonly #push: (event: TransferEvent) => void;
  readonly #startedMs: number;
  readonly #active = new Set<Underway>();
  #lastMs = -Infinity;

  /** Begins at nothing. */
  constructor(
    plan: { contents: number; sizeBytes: number },
    clock: Clock,
    push: (event: TransferEvent) => void,
  ) {
    this.#clock = clock;
    this.#push = push;
    this.#startedMs = clock.elapsed();
    this.totals = {
      contents: plan.contents,
      sizeBytes: plan.sizeBytes,
      fetched: 0,
      present: 0,
      failed: 0,
      retried: 0,
      doneBytes: 0,
      receivedBytes: 0,
      resumedBytes: 0,
      elapsedMs: 0,
    };
  }

  /** The counts of now. */
  snapshot(): TransferTotals {
    const elapsedMs = this.#clock.elapsed() - this.#startedMs;
    this.totals.elapsedMs = elapsedMs;
    return { ...this.totals };
  }

  /** A content begins. */
  begin(content: PlannedContent): Underway {
    const underway = {
      content,
      startedMs: this.#clock.elapsed(),
      doneBytes: 0,
      receivedBytes: 0,
      tries: 0,
    };
    this.#active.add(underway);
    return underway;
  }

  /** A content has ended. */
  end(underway: Underway): void {
    this.#active.delete(underway);
    if (underway.tries > 1) this.totals.retried++;
  }

  /** Bytes arrived. */
  received(underway: Underway, bytes: number): void {
    underway.doneBytes += bytes;
    underway.receivedBytes += bytes;
    this.totals.receivedBytes += bytes;
    this.tell();
  }

  /** Bytes of an earlier run are used. */
  resumed(underway: Underway, bytes: number): void {
    underway.doneBytes += bytes;
    this.totals.resumedBytes += bytes;
    this.tell();
  }

  /** Says where it stands; unless it must be, not if that was said just now. */
  tell({ always = false } = {}): void {
    const nowMs = this.#clock.elapsed();
    if (!always && nowMs - this.#lastMs < EVERY_MS) return;
    this.#lastMs = nowMs;
    this.#push({
      type: "progress",
      totals: this.snapshot(),
      active: this.#slowest(nowMs),
    });
  }

  #slowest(nowMs: number): ActiveContent[] {
    return [...this.#active].map((underway) => {
      const { content, doneBytes, receivedBytes, startedMs } = underway;
      const seconds = Math.max(nowMs - startedMs, 1) / 1000;
      return {
        name: content.name,
        sizeBytes: content.sizeBytes,
        doneBytes: Math.min(doneBytes, content.sizeBytes),
        bytesPerSecond: receivedBytes / seconds,
        leftSeconds: (content.sizeBytes - doneBytes) /
          Math.max(receivedBytes / seconds, 1),
      };
    })
      .sort((a, b) => b.leftSeconds - a.leftSeconds)
      .slice(0, SHOWN)
      .map(({ leftSeconds: _, ...active }) => active);
  }
}
