import type { RetryPolicy } from "./policy.ts";

/** A try that brought no usable answer. */
export interface FailedTry {
  /** The status; undefined when there was no answer. */
  status: number | undefined;
  /** The wait that was asked for, milliseconds. */
  askedMs: number | undefined;
  /** Whether the request may be sent again at all. */
  repeatable: boolean;
  /** Requests sent so far. */
  tries: number;
  /** Requests that may be sent. */
  limit: number;
  /** Milliseconds until the deadline. */
  remainingMs: number;
}

/** What to do after a {@linkcode FailedTry}. */
export type RetryPlan =
  /** Nothing more. */
  | { kind: "give up" }
  /** Nothing more, because the wait that is asked for is too long. */
  | { kind: "too long"; askedMs: number }
  /** Send it again after a wait. */
  | { kind: "wait"; waitMs: number; asked: boolean };

/**
 * Whether and when a request is sent again: what the service asks for, else
 * an exponential wait of which a random part is taken ("full jitter"), so
 * that many clients do not come back together.
 */
export function planRetry(
  policy: RetryPolicy,
  failed: FailedTry,
  random: () => number,
): RetryPlan {
  const { status, askedMs, tries, limit, repeatable, remainingMs } = failed;
  const mayPass = status === undefined || policy.statuses.includes(status) ||
    askedMs !== undefined && policy.retryAfterStatuses.includes(status);
  if (!repeatable || !mayPass) return { kind: "give up" };
  const longestMs = Math.min(policy.retryAfterCapMs, remainingMs);
  if (askedMs !== undefined && askedMs > longestMs) {
    return { kind: "too long", askedMs };
  }
  if (tries >= limit) return { kind: "give up" };
  // Asked to wait 0 s, we still spread our tries.
  if (askedMs) return { kind: "wait", waitMs: askedMs, asked: true };
  const waitMs = backoffMs(policy, tries, random);
  return waitMs > remainingMs
    ? { kind: "give up" }
    : { kind: "wait", waitMs, asked: false };
}

/**
 * The wait before retry number `retry` (1 is the first), milliseconds: a
 * random part of 0.2 s, 0.4 s, 0.8 s …
 */
export function backoffMs(
  policy: RetryPolicy,
  retry: number,
  random: () => number,
): number {
  return random() *
    Math.min(policy.backoffCapMs, policy.backoffBaseMs * 2 ** retry);
}

const UNITS: readonly [string, number][] = [
  ["days", 86_400],
  ["hours", 3600],
  ["minutes", 60],
];

/** A wait for people, in the largest unit that fits: `40 s`, `11574 days`. */
export function formatWait(waitMs: number): string {
  const seconds = waitMs / 1000;
  for (const [unit, size] of UNITS) {
    if (seconds < 2 * size) continue;
    const count = Math.floor(seconds / size);
    return count > 1e6 ? `more than a million ${unit}` : `${count} ${unit}`;
  }
  return `${Math.round(seconds)} s`;
}
