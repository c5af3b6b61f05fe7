import assert from "node:assert/strict";
import { uuidOf, VERSION } from "../support/local_store.ts";
import { ADMIN } from "./_secured_store.ts";
import { codeOf, WritingStore } from "./_writing_store.ts";

const BUNDLE = uuidOf(1);
const OTHER = uuidOf(2);
const FILE = uuidOf(1, "f");
const LATER = "2019-06-01T000000.000000Z";
const SECOND_ADMIN = "second@example.org";

/** A store with two versions of a bundle, and another bundle. */
async function open(): Promise<WritingStore> {
  const store = await WritingStore.open({ admins: [ADMIN, SECOND_ADMIN] });
  const file = await store.addFile(FILE, "a_0.json", "{}");
  await store.putBundle(BUNDLE, [file]);
  await store.putBundle(BUNDLE, [{ ...file, name: "b_0.json" }], {
    version: LATER,
  });
  await store.putBundle(OTHER, [file]);
  return store;
}

async function listed(store: WritingStore): Promise<string[]> {
  const answer = await store.send("GET", "/bundles/all?replica=aws");
  const { bundles } = await answer.json();
  return bundles.map(({ uuid, version }: Record<string, string>) =>
    `${uuid} ${version}`
  );
}

async function found(store: WritingStore, query: unknown): Promise<unknown[]> {
  const path = "/search?replica=aws&output_format=raw";
  const answer = await store.send("POST", path, { es_query: { query } });
  const { results } = await answer.json();
  return results.map((hit: Record<string, unknown>) => [
    hit.bundle_fqid,
    hit.metadata,
  ]);
}

const DEAD = { term: { admin_deleted: true } };

Deno.test("deleteBundle puts one version out of sight, and the latest one falls back", async () => {
  await using store = await open();
  const answer = await store.deleteBundle(BUNDLE, { version: LATER });
  assert.equal(answer.status, 200);
  assert.deepEqual(await answer.json(), {});
  assert.equal(await store.namesOf(BUNDLE, LATER), 404);
  assert.deepEqual(await store.namesOf(BUNDLE, VERSION), ["a_0.json"]);
  assert.deepEqual(await store.namesOf(BUNDLE), ["a_0.json"]);
  assert.deepEqual(await listed(store), [
    `${BUNDLE} ${VERSION}`,
    `${OTHER} ${VERSION}`,
  ]);
  assert.equal(store.dss.counts().bundles, 2);
  assert.deepEqual(await found(store, DEAD), [[`${BUNDLE}.${LATER}`, {
    admin_deleted: true,
    email: ADMIN,
    manifest: { version: LATER },
    reason: "test",
    uuid: BUNDLE,
    version: LATER,
  }]]);
  assert.deepEqual(await store.problems(), []);
});

Deno.test("deleteBundle without a version puts all of a bundle out of sight, those to come included", async () => {
  await using store = await open();
  assert.equal((await store.deleteBundle(BUNDLE.toUpperCase())).status, 200);
  for (const version of [undefined, VERSION, LATER]) {
    assert.equal(await store.namesOf(BUNDLE, version), 404);
  }
  assert.deepEqual(await listed(store), [`${OTHER} ${VERSION}`]);
  const tombstone = {
    admin_deleted: true,
    email: ADMIN,
    manifest: { version: null },
    reason: "test",
    uuid: BUNDLE,
  };
  assert.deepEqual(await found(store, DEAD), [
    [`${BUNDLE}.${LATER}`, tombstone],
    [`${BUNDLE}.${VERSION}`, tombstone],
  ]);
  const newest = "2021-01-01T000000.000000Z";
  const put = await store.putBundle(BUNDLE, [], { version: newest });
  assert.equal(put.status, 201);
  const again = await store.putBundle(BUNDLE, [], { version: newest });
  assert.equal(again.status, 200);
  assert.equal(await store.namesOf(BUNDLE, newest), 404);
  assert.equal((await found(store, DEAD)).length, 3);
  const path = `/events/${BUNDLE}?replica=aws&version=${newest}`;
  assert.equal((await store.send("GET", path)).status, 404);
  assert.deepEqual(await store.problems(), []);
});

Deno.test("deleteBundle leaves the files readable", async () => {
  await using store = await open();
  await store.deleteBundle(BUNDLE);
  await store.deleteBundle(OTHER);
  assert.equal(await store.contentOf(FILE), "{}");
});

Deno.test("deleteBundle of every version leaves no latest one", async () => {
  await using store = await open();
  await store.deleteBundle(BUNDLE, { version: LATER });
  await store.deleteBundle(BUNDLE, { version: VERSION });
  assert.equal(await store.namesOf(BUNDLE), 404);
  assert.deepEqual(await store.problems(), []);
});

for (const version of [undefined, LATER]) {
  const what = version === undefined ? "a bundle" : "a version";
  Deno.test(`deleteBundle of ${what} again is 200 for the same admin and reason, else 409`, async () => {
    await using store = await open();
    const statuses: number[] = [];
    for (
      const [reason, email] of [
        ["one", ADMIN],
        ["one", ADMIN],
        ["two", ADMIN],
        ["one", SECOND_ADMIN],
        ["one", ADMIN],
      ]
    ) {
      const answer = await store.deleteBundle(BUNDLE, {
        version,
        reason,
        email,
      });
      statuses.push(answer.status);
      if (answer.status !== 409) continue;
      const [, code] = await codeOf(answer);
      assert.equal(code, "bundle_tombstone_already_exists");
    }
    assert.deepEqual(statuses, [200, 200, 409, 409, 200]);
    assert.deepEqual(await store.problems(), []);
  });
}

Deno.test("deleteBundle takes a version of a bundle that is dead, and the rest of one", async () => {
  await using store = await open();
  const reason = { reason: "another one" };
  await store.deleteBundle(BUNDLE);
  const one = await store.deleteBundle(BUNDLE, { version: LATER, ...reason });
  assert.equal(one.status, 200);
  assert.equal(await store.namesOf(BUNDLE), 404);
  await store.deleteBundle(OTHER, { version: VERSION, ...reason });
  assert.equal((await store.deleteBundle(OTHER)).status, 200);
  assert.deepEqual(await store.problems(), []);
});

Deno.test("deleteBundle is 404 for what was never there", async () => {
  await using store = await open();
  const unknown = [
    store.deleteBundle(uuidOf(3)),
    store.deleteBundle(BUNDLE, { version: "2018-01-01T000000.000000Z" }),
    // Not the beginning of a version either, nor none.
    store.deleteBundle(BUNDLE, { version: "2019" }),
    store.deleteBundle(BUNDLE, { version: "" }),
  ];
  for (const answer of await Promise.all(unknown)) {
    const [status, code, title] = await codeOf(answer);
    assert.deepEqual([status, code], [404, "not_found"]);
    assert.equal(title, "Cannot find bundle!");
  }
  assert.equal(store.dss.counts().bundles, 3);
});

Deno.test("deleteBundle is 400 without a reason and 403 for anybody else", async () => {
  await using store = await open();
  const path = `/bundles/${BUNDLE}?replica=aws`;
  for (const body of [{}, { reason: 1 }, { reason: null }, undefined]) {
    const [status, code] = await codeOf(
      await store.send("DELETE", path, body),
    );
    assert.deepEqual([status, code], [400, "illegal_arguments"]);
  }
  const other = await store.deleteBundle(BUNDLE, { email: "a@b.c" });
  assert.deepEqual((await codeOf(other)).slice(0, 2), [403, "Forbidden"]);
  assert.equal(store.dss.counts().bundles, 3);
});

Deno.test("a deleted bundle is imported again without becoming visible", async () => {
  await using store = await WritingStore.open();
  const directory = `${store.root}/import`;
  await Deno.mkdir(directory);
  await Deno.writeTextFile(`${directory}/a.json`, "{}");
  const first = await store.dss.importDirectory({ directory, uuid: BUNDLE });
  await store.deleteBundle(BUNDLE);
  const again = await store.dss.importDirectory({
    directory,
    uuid: BUNDLE,
    version: LATER,
  });
  assert.deepEqual([first.isNew, again.isNew], [true, true]);
  assert.equal(await store.namesOf(BUNDLE), 404);
  assert.deepEqual(await store.problems(), []);
});
