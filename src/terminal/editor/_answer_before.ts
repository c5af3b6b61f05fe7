import type { Clock } from "../../base/mod.ts";

// A key right after Tab waits so long for the answer, so that Tab and Enter
// in one go mean what they mean when pressed slowly.
const PATIENCE_MS = 80;

/**
 * The answer to Tab, unless a key is pressed and the answer comes too late
 * for it.
 *
 * @returns undefined also when there is no answer, or it is an error
 * @throws {unknown} what `key` is rejected with
 */
export async function answerBefore<T>(
  key: Promise<unknown>,
  answer: Promise<T> | undefined,
  clock: Pick<Clock, "sleep">,
): Promise<T | undefined> {
  let found: T | undefined;
  const finding = (async () => {
    found = await answer;
  })().catch(() => {});
  const isKey = await Promise.race([
    finding.then(() => false),
    key.then(() => true),
  ]);
  if (!isKey) return found;
  const patience = new AbortController();
  const sleeping = clock.sleep(PATIENCE_MS, patience.signal);
  await Promise.race([finding, sleeping]);
  patience.abort();
  return found;
}
