import assert from "node:assert/strict";
import type { JsonObject } from "../../../src/base/mod.ts";
import { compileJmesPath } from "../../../src/platform/npm_jmespath.ts";
import { selectAttachments } from "../../../src/server/subscriptions/attachments.ts";

const DOCUMENT: JsonObject = {
  files: { cell_json: [{ taxon: [9606] }, { taxon: [9606] }] },
  text: "x".repeat(140_000),
  n: 1,
};

function select(expressions: Record<string, string>): Promise<JsonObject> {
  return selectAttachments(
    (text, limits) => Promise.resolve(compileJmesPath(text, limits)),
    new Map(Object.entries(expressions)),
    DOCUMENT,
    pause,
  );
}

async function pause(): Promise<void> {}

Deno.test("selectAttachments gives each value under its name, null for nothing", async () => {
  assert.deepEqual(
    await select({
      taxon: "files.cell_json[].taxon[]",
      none: "no.such",
      text: "`TOMBSTONE`",
    }),
    { taxon: [9606, 9606], none: null, text: "TOMBSTONE" },
  );
});

Deno.test("selectAttachments keeps what went well beside the errors", async () => {
  const { _errors, ...others } = await select({
    good: "n",
    bad: "length(n)",
    worse: "n[",
  });
  assert.deepEqual(others, { good: 1 });
  const errors = _errors as JsonObject;
  assert.deepEqual(Object.keys(errors), ["bad", "worse"]);
  assert.match(String(errors.bad), /length/);
});

// {"t": "xxx…"} has nine characters besides.
const LIMIT = 131_072;
const ofLength = (length: number) => `join('', [text])[:${length}]`;

Deno.test("selectAttachments takes 128 KiB of JSON", async () => {
  const length = LIMIT - '{"t": ""}'.length;
  const { t } = await select({ t: ofLength(length) });
  assert.equal(String(t).length, length);
});

Deno.test("selectAttachments replaces more than 128 KiB by a message", async () => {
  const length = LIMIT - '{"t": ""}'.length + 1;
  assert.deepEqual(await select({ t: ofLength(length) }), {
    _errors: "Attachments too large (131073 > 131072)",
  });
});

Deno.test("selectAttachments counts the bytes of all that is attached", async () => {
  const length = LIMIT - '{"n": 1, "t": ""}'.length;
  assert.equal(
    Object.keys(await select({ n: "n", t: ofLength(length) }))[1],
    "t",
  );
  assert.deepEqual(await select({ n: "n", t: ofLength(length + 1) }), {
    _errors: "Attachments too large (131073 > 131072)",
  });
});

Deno.test("selectAttachments goes on after an expression that has no end", async () => {
  const endless = Array<string>(60).fill("[@, @][]").join("|");
  const { _errors, n } = await select({ endless, n: "n" });
  assert.equal(n, 1);
  assert.deepEqual(_errors, {
    endless: "it makes a value of more than 500000 parts",
  });
});

Deno.test("selectAttachments throws when the library cannot be loaded", async () => {
  await assert.rejects(
    selectAttachments(
      () => Promise.reject(new TypeError("no library")),
      new Map([["a", "n"]]),
      DOCUMENT,
      pause,
    ),
    { name: "TypeError", message: "no library" },
  );
});
