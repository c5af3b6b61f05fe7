import { UsageError } from "../base/mod.ts";
import type { TransferSettings } from "./download_options.ts";

/**
 * Refuses numbers with which a transfer would wait for ever, or do nothing
 * and look as if it was done: those of a script may come from anywhere.
 *
 * @throws {UsageError} naming the option
 */
export function checkSettings(
  settings: Pick<
    TransferSettings,
    "jobs" | "segments" | "limitBytesPerSecond" | "resume"
  >,
): void {
  const { jobs = 1, segments = 1, limitBytesPerSecond = 1, resume } = settings;
  check("jobs", jobs, isCount(jobs), COUNT);
  const isSegments = segments === "auto" || isCount(segments);
  check("segments", segments, isSegments, `'auto' or ${COUNT}`);
  const isRate = limitBytesPerSecond > 0;
  check("limitBytesPerSecond", limitBytesPerSecond, isRate, "more than 0");
  const { retries = 0, minDelayMs = 0 } = resume ?? {};
  check("resume.retries", retries, retries >= 0, "0 or more");
  check("resume.minDelayMs", minDelayMs, minDelayMs >= 0, "0 or more");
}

const COUNT = "a whole number of 1 or more";

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 1;
}

function check(
  name: string,
  value: number | string,
  isRight: boolean,
  what: string,
): void {
  if (isRight) return;
  throw new UsageError(`${name} must be ${what}, not ${String(value)}`);
}
