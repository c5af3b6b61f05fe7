import { type HcaError, type Runtime, throwIfAborted } from "../base/mod.ts";
import type { ResumePolicy } from "./resume_policy.ts";

// However long it goes wrong, an attempt a minute.
const LONGEST_DELAY_MS = 60_000;

// A hundredth of a content is worth a try, and so is a quarter of a MiB.
const MOST_WORTH_BYTES = 256 * 1024;

/** How often a content may still be taken up, and when the next time is. */
export class RetryBudget {
  readonly #policy: ResumePolicy;
  readonly #runtime: Pick<Runtime, "clock" | "random">;
  readonly #signal: AbortSignal | undefined;
  readonly #onRetry: (error: HcaError) => void;
  readonly #worthBytes: number;
  #left: number;
  #inARow = 0;
  #newBytes = 0;

  /** Starts full; `onRetry` hears of each try that is paid for. */
  constructor(
    sizeBytes: number,
    policy: ResumePolicy,
    runtime: Pick<Runtime, "clock" | "random">,
    signal: AbortSignal | undefined,
    onRetry: (error: HcaError) => void,
  ) {
    this.#policy = policy;
    this.#runtime = runtime;
    this.#signal = signal;
    this.#onRetry = onRetry;
    this.#left = policy.retries;
    this.#worthBytes = Math.min(MOST_WORTH_BYTES, Math.ceil(sizeBytes / 100));
  }

  /**
   * Bytes that were not there before arrived. When they are worth a try, the
   * line works, and all is forgiven.
   */
  progress(bytes: number): void {
    this.#newBytes += bytes;
    if (this.#newBytes < this.#worthBytes) return;
    this.#newBytes = 0;
    this.#left = this.#policy.retries;
    this.#inARow = 0;
  }

  /**
   * Waits until the next try may begin: exponential backoff with jitter over
   * the upper half, so that `minDelayMs` stays the least.
   *
   * @param signal ends the wait too; default: that of the transfer
   * @throws `error` when nothing is left, or when it would come again
   * @throws {CancelledError} when aborted
   */
  async spend(error: HcaError, signal = this.#signal): Promise<void> {
    throwIfAborted(signal);
    if (this.#left <= 0 || !error.retryable) throw error;
    this.#left--;
    this.#onRetry(error);
    const { minDelayMs } = this.#policy;
    const { clock, random } = this.#runtime;
    const mostMs = Math.max(
      minDelayMs,
      Math.min(LONGEST_DELAY_MS, minDelayMs * 2 ** this.#inARow++),
    );
    await clock.sleep(
      minDelayMs + (mostMs - minDelayMs) * random(),
      signal,
    );
    throwIfAborted(signal);
  }
}
