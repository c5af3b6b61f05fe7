/** Time, as everything below the terminal sees it. */
export interface Clock {
  /** Wall time, milliseconds since 1970-01-01T00:00Z: dates and expiries. */
  now(): number;
  /** Monotonic milliseconds from an arbitrary start: rates and timeouts. */
  elapsed(): number;
  /**
   * Resolves after `delayMs` milliseconds; an aborted `signal` resolves it
   * early, so that the caller looks at the signal and decides.
   */
  sleep(delayMs: number, signal?: AbortSignal): Promise<void>;
}

/** A number drawn evenly from 0 (inclusive) to 1 (exclusive). */
export type Random = () => number;
