import assert from "node:assert/strict";
import { uuidOf, VERSION } from "../support/local_store.ts";
import { operationsOf } from "./document/client_view.ts";
import { DOCUMENT, requestFor } from "./_request_for.ts";
import { codeOf, WritingStore } from "./_writing_store.ts";

const BUNDLE = uuidOf(1);
const FILE = uuidOf(1, "f");

/** A store with a bundle that is served so that nothing can be written. */
async function open(): Promise<WritingStore> {
  const store = await WritingStore.open();
  const file = await store.addFile(FILE, "a_0.json", "{}");
  await store.putBundle(BUNDLE, [file]);
  return store;
}

const READING = ["get_", "post_search"];

Deno.test("a read-only service refuses all but GET and search, HEAD of a file included", async () => {
  await using store = await open();
  const dss = await store.reopen({ settings: { isReadOnly: true } });
  const before = await countRows(store);
  const refused: string[] = [];
  for (const found of operationsOf(DOCUMENT)) {
    const { operationId } = found.operation;
    const { path, init } = requestFor(found);
    const body = init.body === undefined ? undefined : JSON.parse(
      String(init.body),
    );
    const answer = await store.send(
      init.method ?? "",
      path.replace(/^\/v1/, ""),
      withGoodSource(body),
      { dss },
    );
    if (answer.status !== 503) {
      assert.ok(
        READING.some((name) => operationId.startsWith(name)),
        operationId,
      );
      await answer.body?.cancel();
      continue;
    }
    refused.push(operationId);
    const after = { PATCH: "600", POST: "600" }[init.method ?? ""] ?? "10";
    assert.equal(answer.headers.get("retry-after"), after, operationId);
    if (init.method === "HEAD") assert.equal(answer.body, null);
    else assert.equal((await codeOf(answer))[1], "read_only");
  }
  assert.deepEqual(refused.sort(), [
    "delete_bundle",
    "delete_collection",
    "delete_subscription",
    "head_file",
    "patch_bundle",
    "patch_collection",
    "post_bundles_checkout",
    "put_bundle",
    "put_collection",
    "put_file",
    "put_subscription",
  ]);
  assert.deepEqual(await countRows(store), before);
});

// The example would break the pattern, which is looked at before.
function withGoodSource(body: Record<string, unknown> | undefined): unknown {
  if (body === undefined) return undefined;
  return {
    ...body,
    ...("source_url" in body && { source_url: "s3://bucket/key" }),
    ...("callback_url" in body && { callback_url: "http://localhost/" }),
    ...("destination" in body && { email: "a@b", destination: "bucket" }),
  };
}

async function countRows(store: WritingStore): Promise<unknown> {
  const { DatabaseSync } = await import("node:sqlite");
  const database = new DatabaseSync(`${store.dataDir}/dss.sqlite`);
  const tables = ["files", "bundles", "tombstones", "tasks", "collections"];
  try {
    return [...tables, "subscriptions", "checkouts"].map((table) =>
      database.prepare(`SELECT count(*) AS n FROM ${table}`).get()?.n
    );
  } finally {
    database.close();
  }
}

Deno.test("a read-only service still answers GET, and HEAD of what has a GET", async () => {
  await using store = await open();
  const dss = await store.reopen({ settings: { isReadOnly: true } });
  const path = `/bundles/${BUNDLE}?replica=aws`;
  for (const method of ["GET", "HEAD"]) {
    const answer = await store.send(method, path, undefined, { dss });
    assert.equal(answer.status, 200, method);
    await answer.body?.cancel();
  }
});

Deno.test("a read-only service looks at token and arguments first, at groups later", async () => {
  await using store = await open();
  const dss = await store.reopen({ settings: { isReadOnly: true } });
  const path = `/bundles/${BUNDLE}?replica=aws`;
  const nobody = await dss.handler(
    new Request(`http://dss.test${`/v1${path}`}`, { method: "DELETE" }),
  );
  assert.equal(nobody.status, 401);
  const bad = await store.send("DELETE", path, {}, { dss });
  assert.equal(bad.status, 400);
  const stranger = await store.send("DELETE", path, { reason: "r" }, {
    dss,
    email: "a@b.c",
  });
  assert.equal(stranger.status, 503);
});

Deno.test("the version that a read-only service refuses to write is not looked at", async () => {
  await using store = await open();
  const dss = await store.reopen({ settings: { isReadOnly: true } });
  const answer = await store.putBundle(BUNDLE, [], { version: "x", dss });
  assert.equal(answer.status, 503);
  assert.deepEqual(await store.namesOf(BUNDLE, VERSION), ["a_0.json"]);
});
