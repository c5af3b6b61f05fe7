import type { SubscriptionKind } from "./subscription.ts";

const QUARTER_HOUR = 900;
const SIX_HOURS = 21_600;
const DAY = 86_400;

// Seconds before each attempt. The queue of the jmespath kind keeps messages
// for three days.
const DELAYS: Readonly<Record<SubscriptionKind, readonly number[]>> = {
  elasticsearch: [0, 60, 600, 3600, SIX_HOURS, 60_540, ...repeat(DAY, 6)],
  jmespath: [0, QUARTER_HOUR, ...repeat(SIX_HOURS, 11)],
};

/**
 * How long to wait before an attempt to deliver a notification, milliseconds;
 * undefined when no more are made (data-store, `dss/notify`).
 *
 * @param attempt counted from 0
 */
export function delayBefore(
  kind: SubscriptionKind,
  attempt: number,
): number | undefined {
  const seconds = DELAYS[kind][attempt];
  return seconds === undefined ? undefined : seconds * 1000;
}

function repeat(seconds: number, times: number): number[] {
  return Array<number>(times).fill(seconds);
}
