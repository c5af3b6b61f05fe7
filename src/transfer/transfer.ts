import { PartialError, UsageError } from "../base/mod.ts";
import type { TransferEvent, TransferTotals } from "./transfer_event.ts";

/**
 * A transfer that has not begun yet. Iterate over it to see what happens, or
 * wait for its end with {@linkcode Transfer.finished}; either starts it.
 */
export class Transfer implements AsyncIterable<TransferEvent> {
  readonly #events: AsyncGenerator<TransferEvent, void, void>;
  #hasBegun = false;

  /** Wraps the events of a run; it may be iterated once. */
  constructor(events: AsyncGenerator<TransferEvent, void, void>) {
    this.#events = events;
  }

  /**
   * The events. After the last one a {@linkcode PartialError} is thrown if
   * anything failed.
   *
   * @throws {UsageError} when it was iterated or awaited before
   */
  async *[Symbol.asyncIterator](): AsyncGenerator<TransferEvent, void, void> {
    // Without events a second run would look like one that went well.
    if (this.#hasBegun) throw alreadyBegun();
    this.#hasBegun = true;
    let error: PartialError | undefined;
    for await (const event of this.#events) {
      if (event.type === "finished" && event.totals.failed > 0) {
        error = partialError(event);
      }
      yield event;
    }
    if (error !== undefined) throw error;
  }

  /**
   * Runs it to its end.
   *
   * @throws {PartialError} when anything failed, and what stops it before
   * @throws {UsageError} when it was iterated or awaited before
   */
  async finished(): Promise<TransferTotals> {
    let totals: TransferTotals | undefined;
    for await (const event of this) {
      if (event.type === "finished") totals = event.totals;
    }
    return totals ?? NOTHING;
  }
}

function alreadyBegun(): UsageError {
  return new UsageError("a transfer runs once, and this one has begun before", {
    hint: "Ask the client for another one; what is there is not fetched again.",
  });
}

function whatOfTheOthers(totals: TransferTotals): string {
  const { contents, failed, fetched, present } = totals;
  const untried = contents - failed - fetched - present;
  if (untried > 0) return `; ${untried} were not tried any more`;
  return fetched + present > 0 ? "; the others are complete" : "";
}

function partialError(
  { failures, totals }: TransferEvent & { type: "finished" },
): PartialError {
  const { contents, failed, fetched, present } = totals;
  // The plan may not have known of each.
  const all = Math.max(contents, failed + fetched + present);
  return new PartialError(
    `${failed} of ${all} files failed${whatOfTheOthers(totals)}`,
    failures,
    {
      hint: "Run it again to fetch only what is missing.",
      omitted: failed - failures.length,
    },
  );
}

const NOTHING: TransferTotals = {
  contents: 0,
  sizeBytes: 0,
  fetched: 0,
  present: 0,
  failed: 0,
  retried: 0,
  doneBytes: 0,
  receivedBytes: 0,
  resumedBytes: 0,
  elapsedMs: 0,
};
