import type { Clock } from "../../base/mod.ts";
import { Problem } from "../problem.ts";

const ANSWER_LIMIT_MS = 30_000;
const IDLE_LIMIT_MS = 30_000;
// A minute, and then at least 64 kB/s on the whole.
const BASE_LIMIT_MS = 60_000;
const LEAST_BYTES_PER_MS = 64;

/** Ends what takes too long, by aborting the request behind it. */
export class TimeLimit {
  readonly #clock: Clock;
  readonly #name: string;
  readonly #abort = new AbortController();

  /** Limits what is asked of the source called `name`. */
  constructor(clock: Clock, name: string) {
    this.#clock = clock;
    this.#name = name;
  }

  /** Aborted when something took too long. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /**
   * Waits for an answer, half a minute.
   *
   * @throws {Problem} 504 `timed_out`
   */
  answer<T>(work: Promise<T>): Promise<T> {
    return this.#within(ANSWER_LIMIT_MS, work);
  }

  /**
   * The pieces of a content of a known size.
   *
   * @throws {Problem} 504 `timed_out` when none comes for half a minute, or
   * all of them take too long
   */
  async *pieces(
    chunks: AsyncIterable<Uint8Array>,
    sizeBytes: number,
  ): AsyncGenerator<Uint8Array> {
    const limitMs = BASE_LIMIT_MS + sizeBytes / LEAST_BYTES_PER_MS;
    const untilMs = this.#clock.elapsed() + limitMs;
    const iterator = chunks[Symbol.asyncIterator]();
    try {
      while (true) {
        const leftMs = untilMs - this.#clock.elapsed();
        const next = iterator.next();
        const { done, value } = await this.#within(
          Math.max(0, Math.min(IDLE_LIMIT_MS, leftMs)),
          next,
        );
        if (done) return;
        yield value;
      }
    } finally {
      // One that hangs does not come back from this either.
      iterator.return?.()?.catch(() => {});
    }
  }

  async #within<T>(limitMs: number, work: Promise<T>): Promise<T> {
    const waiting = new AbortController();
    const late = this.#clock.sleep(limitMs, waiting.signal).then(() => {
      if (waiting.signal.aborted) return work;
      const problem = new Problem(
        504,
        "timed_out",
        `${this.#name} took too long`,
      );
      this.#abort.abort(problem);
      throw problem;
    });
    try {
      return await Promise.race([work, late]);
    } finally {
      waiting.abort();
      // Its end is nobody's concern any more.
      late.catch(() => {});
    }
  }
}
