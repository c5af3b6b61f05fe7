import assert from "node:assert/strict";
import type { StoreAnswer } from "../../src/thread/messages.ts";
import { serveStore } from "../../src/thread/serve_store.ts";
import {
  contentOf,
  createStoreCase,
  patternBytes,
} from "../store/_store_case.ts";

const BYTES = patternBytes(100);

/** A store in memory, to be called as from another thread. */
function served() {
  const { files, store } = createStoreCase();
  const waiting = new Map<number, (answer: StoreAnswer) => void>();
  const answer = serveStore(
    store,
    (message) => waiting.get(message.id)?.(message),
  );
  let lastId = 0;
  const call = (method: string, args: unknown[] = [], part?: number) => {
    const id = ++lastId;
    return new Promise<StoreAnswer>((resolve) => {
      waiting.set(id, resolve);
      answer({ id, part, method, args });
    });
  };
  return { call, files };
}

function messageOf(answer: StoreAnswer): string {
  return "error" in answer ? answer.error.message : "no error";
}

Deno.test("serveStore refuses what no store does", async () => {
  const { call } = served();
  for (const method of ["close", "constructor", "__proto__", ""]) {
    assert.equal(messageOf(await call(method)), `there is no ${method}`);
  }
});

Deno.test("serveStore refuses a part that is not open, or not any more", async () => {
  const { call, files } = served();
  assert.equal(
    messageOf(await call("write", [0, BYTES], 7)),
    "there is no part 7",
  );
  const opened = await call("open", [contentOf(BYTES), {}]);
  assert.ok("value" in opened);
  const { id } = opened;
  assert.ok("value" in await call("discard", [], id));
  assert.equal(
    messageOf(await call("publish", [], id)),
    `there is no part ${id}`,
  );
  assert.deepEqual([...files.contents().keys()], []);
});

Deno.test("serveStore keeps the order of what is asked of a part", async () => {
  const { call, files } = served();
  const content = contentOf(BYTES);
  const { id } = await call("open", [content, {}]);
  // None is waited for before the next one.
  const works = [
    call("write", [0, patternBytes(100, 9)], id),
    call("restart", [undefined], id),
    call("write", [50, BYTES.slice(50)], id),
    call("write", [0, BYTES.slice(0, 50)], id),
    call("publish", [{ targets: ["/dd/f"], force: false }], id),
  ];
  const answers = await Promise.all(works);
  assert.deepEqual(answers.map(messageOf), Array(5).fill("no error"));
  assert.deepEqual(files.contents().get("/dd/f"), BYTES);
});
