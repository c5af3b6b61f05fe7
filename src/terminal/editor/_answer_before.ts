import type { Clock, Key } from "../../base/mod.ts";

// A key right after Tab waits so long for the answer, so that Tab and Enter
// in one go mean what they mean when pressed slowly. Other shells wait for
// as long as it takes; only a busy machine needs more than a moment.
const PATIENCE_MS = 1000;

/**
 * The answer to Tab, unless a key is pressed and the answer comes too late
 * for it. Ctrl-C and the end of the input do not wait.
 *
 * @returns undefined also when there is no answer, or it is an error
 * @throws {unknown} what `key` is rejected with
 */
export async function answerBefore<T>(
  key: Promise<Key | undefined>,
  answer: Promise<T> | undefined,
  clock: Pick<Clock, "sleep">,
): Promise<T | undefined> {
  let found: T | undefined;
  const finding = (async () => {
    found = await answer;
  })().catch(() => {});
  const isPatient = await Promise.race([
    finding.then(() => false),
    key.then((key) => key !== undefined && !(key.ctrl && key.name === "c")),
  ]);
  if (!isPatient) return found;
  const patience = new AbortController();
  const sleeping = clock.sleep(PATIENCE_MS, patience.signal);
  await Promise.race([finding, sleeping]);
  patience.abort();
  return found;
}
