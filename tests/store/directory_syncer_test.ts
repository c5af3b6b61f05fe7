import assert from "node:assert/strict";
import { LocalError } from "../../src/base/mod.ts";
import { DirectorySyncer } from "../../src/store/directory_syncer.ts";

/** Syncs that end when the test says so. */
function heldSyncs() {
  const begun: { path: string; end: (error?: Error) => void }[] = [];
  const files = {
    syncDirectory: (path: string) =>
      new Promise<void>((resolve, reject) => {
        const end = (error?: Error) =>
          error === undefined ? resolve() : reject(error);
        begun.push({ path, end });
      }),
  };
  return { begun, syncer: new DirectorySyncer(files) };
}

const turn = () => new Promise((resolve) => setTimeout(resolve, 0));

/** Whether a promise has settled. */
async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  let settled = false;
  promise.then(() => settled = true, () => settled = true);
  await turn();
  return settled;
}

Deno.test("DirectorySyncer has one sync for all who ask before it begins", async () => {
  const { begun, syncer } = heldSyncs();
  const asked = Array.from({ length: 50 }, () => syncer.sync("/a"));
  await turn();
  assert.deepEqual(begun.map(({ path }) => path), ["/a"]);
  assert.equal(await isSettled(Promise.race(asked)), false);
  begun[0]?.end();
  await Promise.all(asked);
  assert.equal(begun.length, 1);
});

Deno.test("DirectorySyncer gives who asks during a sync a later one", async () => {
  const { begun, syncer } = heldSyncs();
  const first = syncer.sync("/a");
  await turn();
  const late = [syncer.sync("/a"), syncer.sync("/a")];
  await turn();
  // Two syncs of one directory at once would bring nothing.
  assert.equal(begun.length, 1);
  begun[0]?.end();
  await first;
  await turn();
  assert.equal(begun.length, 2);
  assert.equal(await isSettled(Promise.race(late)), false);
  begun[1]?.end();
  await Promise.all(late);
  const again = syncer.sync("/a");
  await turn();
  assert.equal(begun.length, 3);
  begun[2]?.end();
  await again;
});

Deno.test("DirectorySyncer syncs different directories at the same time", async () => {
  const { begun, syncer } = heldSyncs();
  const asked = [syncer.sync("/a"), syncer.sync("/b")];
  await turn();
  assert.deepEqual(begun.map(({ path }) => path), ["/a", "/b"]);
  for (const { end } of begun) end();
  await Promise.all(asked);
});

Deno.test("DirectorySyncer tells those who waited of a failure, and tries again for the others", async () => {
  const { begun, syncer } = heldSyncs();
  const first = [syncer.sync("/a"), syncer.sync("/a")];
  await turn();
  const late = syncer.sync("/a");
  begun[0]?.end(new LocalError("input/output error"));
  for (const asked of first) {
    await assert.rejects(asked, { message: "input/output error" });
  }
  await turn();
  begun[1]?.end();
  await late;
  assert.equal(begun.length, 2);
});
