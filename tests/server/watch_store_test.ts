import assert from "node:assert/strict";
import { denoFiles } from "../../src/platform/mod.ts";
import { LocalDss } from "../../src/server/local_dss.ts";
import { uuidOf, VERSION } from "../support/local_store.ts";
import { WritingStore } from "./_writing_store.ts";

const SEARCH = "http://dss.test/v1/search?replica=aws";

async function search(dss: LocalDss): Promise<[number, unknown]> {
  const answer = await dss.handler(
    new Request(SEARCH, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ es_query: {} }),
    }),
  );
  return [answer.status, await answer.json()];
}

const REMOVED = {
  status: 503,
  code: "service_unavailable",
  title:
    "The store was removed or replaced; the service has to be started anew",
  stacktrace: "",
};

Deno.test("LocalDss takes no request for a store that was removed, nor when another one is in its place", async () => {
  if (Deno.build.os === "windows") return;
  await using store = await WritingStore.open();
  const file = await store.addFile(uuidOf(1, "f"), "a.txt", "text");
  await store.putBundle(uuidOf(1), [file], { version: VERSION });
  assert.equal((await search(store.dss))[0], 200);

  const database = `${store.dataDir}/dss.sqlite`;
  await LocalDss.reset(denoFiles, store.dataDir);
  assert.deepEqual(await search(store.dss), [503, REMOVED]);

  await Deno.writeFile(database, new Uint8Array());
  assert.deepEqual(await search(store.dss), [503, REMOVED]);
});
