/** A refusal of a service that is asked too much: 429, or 503 with a wait. */
export interface Refusal {
  /** The status. */
  status: number;
  /** How long to wait, milliseconds. */
  waitMs: number;
  /** Whether the service asked for it; else it is our own guess. */
  isAsked: boolean;
}

// Requests at once until a host has answered so often, then one more with
// each answer. All that are under way may be refused together, so few of them
// keep the refusals few where a limit is as low as ten requests.
const FIRST_REQUESTS = 2;
const FIRST_ANSWERS = 12;
// After a refusal one at a time, then one more for so many answers.
const ANSWERS_PER_REQUEST_AGAIN = 4;
const TRUSTED_ANSWERS = 256;

// A limiter that answers "wait 30 s" for minutes is asked ever more rarely.
const REPEATED_WAIT_FACTOR = 3;
const LONGEST_WAIT_MS = 600_000;

// Network and timers are not exact: stay a little below the allowed pace.
const SPACING_MARGIN = 1.03;
const SLOWER = 1.25;
const FASTER = 0.8;
const MID_WINDOW_FACTOR = 3;
// Passed requests before a faster pace is tried, and before it is believed.
// An overload (503) may be over soon; a limit (429) stays.
const PROBE_AFTER: Readonly<Record<number, number>> = { 503: 10 };
const PROBE_AFTER_LIMIT = 100;
const PROBE_AFTER_MOST = 800;
const PROBE_PASSES = 30;
// A spacing that no longer slows anything.
const NO_SPACING_MS = 2;

/** What passed before a refusal. */
interface Run {
  passes: number;
  startedMs: number;
}

/**
 * How fast one host may be asked. Without refusals: a few requests at once,
 * more with every answer, soon as many as one likes. After a refusal: a pause,
 * then one request at a time; when that is refused as well, requests are
 * spaced out as the requests that passed have shown to be allowed, and only
 * rarely is a faster pace tried.
 *
 * Pure state: times are passed in, milliseconds of one monotonic clock.
 */
export class HostPace {
  /** When the present pause ends. */
  #pausedUntilMs = -Infinity;
  #refusedMs = -Infinity;
  /** Refusals since a request passed that was sent after the last one. */
  #streak = 0;
  #inFlight = 0;
  /** Answers since the last refusal, or since the start. */
  #answers = 0;
  #run: Run | undefined;
  #beforeRefusal: Run | undefined;
  #spacingMs = 0;
  #provenMs = 0;
  #paceAnswers = 0;
  #probeAfter = PROBE_AFTER_LIMIT;
  #lastStartMs = -Infinity;
  /** The wait that the last refusal asked for. */
  #askedMs = 0;
  /** Whether refusals come from a limit, not from an overload. */
  #isLimit = false;

  /** How long to wait before the next request; infinite: for an answer. */
  delayMs(nowMs: number): number {
    if (this.#inFlight >= this.#mostAtOnce()) return Infinity;
    const dueMs = Math.max(
      this.#pausedUntilMs,
      this.#spacingMs > 0 ? this.#lastStartMs + this.#spacingMs : -Infinity,
    );
    return Math.max(0, dueMs - nowMs);
  }

  #mostAtOnce(): number {
    if (this.#refusedMs > -Infinity) {
      if (this.#streak > 0) return 1;
      if (this.#spacingMs > 0) return Infinity;
    }
    if (this.#answers >= TRUSTED_ANSWERS) return Infinity;
    const more = Math.max(0, this.#answers - FIRST_ANSWERS);
    return this.#refusedMs > -Infinity
      ? 1 + Math.floor(more / ANSWERS_PER_REQUEST_AGAIN)
      : FIRST_REQUESTS + more;
  }

  /** A request is sent. */
  started(nowMs: number): void {
    this.#inFlight++;
    this.#lastStartMs = nowMs;
    this.#run ??= { passes: 0, startedMs: nowMs };
  }

  /** A request got no answer. */
  failed(): void {
    this.#inFlight--;
  }

  /** A request, sent at `startedMs`, was answered and not refused. */
  passed(startedMs: number, nowMs: number): void {
    this.#inFlight--;
    if (startedMs <= this.#refusedMs) {
      if (this.#beforeRefusal !== undefined) this.#beforeRefusal.passes++;
      return;
    }
    this.#answers++;
    if (this.#run !== undefined) this.#run.passes++;
    if (this.#streak > 1) this.#learnFromSilence(nowMs);
    this.#streak = 0;
    if (this.#spacingMs > 0) this.#mayProbe();
  }

  /** How long the present pause still is. */
  pauseMs(nowMs: number): number {
    return Math.max(0, this.#pausedUntilMs - nowMs);
  }

  /**
   * A request, sent at `startedMs`, was refused; false when it was under way
   * as another one was.
   */
  refused(startedMs: number, nowMs: number, refusal: Refusal): boolean {
    this.#inFlight--;
    // Sent before we knew of the refusal: the same event once more.
    const isNew = startedMs > this.#refusedMs;
    if (isNew) this.#newRefusal(nowMs, refusal);
    this.#pausedUntilMs = Math.max(
      this.#pausedUntilMs,
      nowMs + this.#pauseFor(refusal),
    );
    return isNew;
  }

  #newRefusal(nowMs: number, { status, waitMs }: Refusal): void {
    this.#askedMs = waitMs;
    this.#isLimit ||= status === 429;
    if (this.#streak === 0) {
      this.#slowDown(nowMs);
      this.#beforeRefusal = this.#run;
      this.#run = undefined;
    }
    this.#streak++;
    this.#answers = 0;
    this.#refusedMs = nowMs;
    if (this.#spacingMs === 0) {
      this.#probeAfter = PROBE_AFTER[status] ?? PROBE_AFTER_LIMIT;
    }
  }

  #pauseFor({ waitMs, isAsked }: Refusal): number {
    if (!this.#isLimit || !isAsked) return waitMs;
    const factor = REPEATED_WAIT_FACTOR ** (this.#streak - 1);
    return Math.max(waitMs, Math.min(waitMs * factor, LONGEST_WAIT_MS));
  }

  /** Requests passed since the last refusal, and now there is another. */
  #slowDown(nowMs: number): void {
    if (this.#spacingMs > 0) {
      const isProbing = this.#spacingMs < this.#provenMs;
      if (isProbing) {
        this.#probeAfter = Math.min(this.#probeAfter * 2, PROBE_AFTER_MOST);
      }
      this.#setSpacing(isProbing ? this.#provenMs : this.#spacingMs * SLOWER);
    } else if (this.#refusedMs > -Infinity) {
      const passes = Math.max(1, this.#answers);
      this.#setSpacing(
        (nowMs - this.#refusedMs) / passes * SPACING_MARGIN,
      );
    }
  }

  /**
   * Waiting as long as asked was not enough, now it was: what passed before
   * is what is allowed in about this time. What the service asked for is the
   * better guess, unless it is more than what it refused; or far less than
   * what it let pass.
   */
  #learnFromSilence(nowMs: number): void {
    const wasLimit = this.#isLimit;
    // The second time, it was no overload that has passed.
    this.#isLimit = true;
    const run = this.#beforeRefusal;
    if (!wasLimit || run === undefined || run.passes === 0) return;
    const slowestMs = (nowMs - run.startedMs) / run.passes;
    const fastestMs = (this.#refusedMs - run.startedMs) / run.passes;
    // The first window may have been nearly over when we came.
    const factor = this.#spacingMs > 0 ? 1 : MID_WINDOW_FACTOR;
    const allowedMs = this.#askedMs > fastestMs
      ? Math.min(this.#askedMs, slowestMs * factor)
      : Math.sqrt(slowestMs * fastestMs);
    this.#setSpacing(Math.max(this.#spacingMs, allowedMs * SPACING_MARGIN));
  }

  #setSpacing(spacingMs: number): void {
    this.#spacingMs = this.#provenMs = spacingMs;
    this.#paceAnswers = 0;
  }

  #mayProbe(): void {
    this.#paceAnswers++;
    const isProbing = this.#spacingMs < this.#provenMs;
    if (this.#paceAnswers < (isProbing ? PROBE_PASSES : this.#probeAfter)) {
      return;
    }
    if (isProbing) this.#setSpacing(this.#spacingMs);
    this.#paceAnswers = 0;
    this.#spacingMs *= FASTER;
    if (this.#spacingMs < NO_SPACING_MS) this.#spacingMs = this.#provenMs = 0;
  }
}
