import assert from "node:assert/strict";
import type { JsonObject } from "../../../src/base/mod.ts";
import {
  isUuidForm,
  visitKeys,
} from "../../../src/server/search_index/document_keys.ts";
import {
  encodeKey,
  KIND,
  makeKey,
} from "../../../src/server/search_index/posting_key.ts";

/** The keys of a document, as `path kind text`. */
function keysOf(document: JsonObject): string[] {
  const keys: string[] = [];
  visitKeys(document, "id", (path, { kind, text }) => {
    if (typeof path === "string") keys.push(`${path.length} ${kind} ${text}`);
  });
  return keys;
}

Deno.test("visitKeys leaves out paths that no query can name, and no shorter ones", () => {
  const [longest, longer] = ["p".repeat(1000), "p".repeat(1001)];
  assert.deepEqual(keysOf({ [longest]: "x" }), [`1000 ${KIND.term} x`]);
  assert.deepEqual(keysOf({ [longer]: "x" }), []);
  // What is in it has a longer path still.
  assert.deepEqual(keysOf({ [longest]: { q: "x" } }), [`1000 ${KIND.below} `]);
  assert.deepEqual(keysOf({ [longer]: { q: "x" } }), []);
});

Deno.test("visitKeys keeps a uuid in one key, however it is written", () => {
  const uuid = "0123abcd-4eed-12ab-90cd-0123456789ab";
  for (const written of [uuid, uuid.toUpperCase()]) {
    assert.deepEqual(keysOf({ a: written }), [`1 ${KIND.uuid} ${uuid}`]);
  }
  assert.equal(isUuidForm(`${uuid}0`), false);
});

Deno.test("makeKey keeps a text as it was written only where that is another one", () => {
  const lower = encodeKey(makeKey(KIND.string, { text: "a b", raw: "a b" }));
  assert.deepEqual([...lower.raw], []);
  const upper = encodeKey(makeKey(KIND.string, { text: "a b", raw: "A b" }));
  assert.deepEqual([...upper.raw], [0x41, 0x20, 0x62]);
});
