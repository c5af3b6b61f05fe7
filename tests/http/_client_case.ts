import { type Fetch, HcaError, type LogLevel } from "../../src/base/mod.ts";
import { HttpClient, type HttpPolicy } from "../../src/http/mod.ts";
import { FakeClock } from "../support/fake_clock.ts";
import { createMemoryLog } from "../support/memory_log.ts";

/** Timeouts of the default policy: for the head, and between two pieces. */
export const HEAD_MS = 60_000;
export const PIECE_MS = 40_000;

/** A client on `fetch`, with what a test looks at. */
export interface ClientCase {
  client: HttpClient;
  clock: FakeClock;
  /** Messages, all or of one level. */
  messages(level?: LogLevel): string[];
}

/** Pauses pass at once and are recorded; timeouts stay until moved by hand. */
export function createCase(
  fetch: Fetch,
  { policy, random = 1, skips = isPause }: {
    policy?: Partial<HttpPolicy>;
    random?: number;
    /** Which sleeps pass at once; default: pauses, but no timeouts. */
    skips?: (delayMs: number) => boolean;
  } = {},
): ClientCase {
  const clock = new FakeClock({ skips });
  const { log, messages } = createMemoryLog();
  const client = new HttpClient(
    { fetch, clock, random: () => random, log },
    policy,
  );
  return { client, clock, messages };
}

function isPause(delayMs: number): boolean {
  return delayMs !== HEAD_MS && delayMs !== PIECE_MS;
}

/** What a promise rejects with; fails when it does not. */
export async function rejection(promise: Promise<unknown>): Promise<HcaError> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof HcaError) return error;
    throw error;
  }
  throw new Error("it did not fail");
}
