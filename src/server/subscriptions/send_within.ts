import type { Clock, Fetch } from "../../base/mod.ts";

/** How {@linkcode sendWithin} sends. */
export interface SendOptions {
  /** Time. */
  clock: Clock;
  /** The network. */
  fetch: Fetch;
  /** How long to wait for the head of an answer, milliseconds. */
  timeoutMs: number;
  /** Aborted when the service ends. */
  signal: AbortSignal;
}

/** What became of a request. */
export interface SendOutcome {
  /** Whether an answer came, whatever it was. */
  hasAnswered: boolean;
  /**
   * Why it failed; undefined for an answer with 2xx. Nothing of the address
   * or of the answer is in it.
   */
  why: string | undefined;
}

/**
 * Sends a request of which only the status of the answer matters; its body is
 * not read, however long it is.
 *
 * @param build makes the request, which ends with the signal it is given
 */
export async function sendWithin(
  { clock, fetch, timeoutMs, signal }: SendOptions,
  build: (ending: AbortSignal) => Promise<Request>,
): Promise<SendOutcome> {
  const timing = new AbortController();
  const late = new AbortController();
  const ending = AbortSignal.any([signal, late.signal]);
  const request = await build(ending);
  clock.sleep(timeoutMs, timing.signal).then(() => {
    if (!timing.signal.aborted) late.abort();
  });
  try {
    const { status, ok, body } = await fetch(request);
    // What goes wrong after the head changes nothing: it has been received.
    await body?.cancel().catch(() => {});
    const why = ok ? undefined : `it was answered with ${status}`;
    return { hasAnswered: true, why };
  } catch {
    const why = late.signal.aborted
      ? `there was no answer in ${timeoutMs / 1000} seconds`
      : "there was no answer";
    return { hasAnswered: false, why };
  } finally {
    timing.abort();
  }
}
