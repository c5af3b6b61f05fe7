import assert from "node:assert/strict";
import {
  IntegrityError,
  LocalError,
  RefusedError,
} from "../../../src/base/mod.ts";
import { createRuntime, openSqlite } from "../../../src/platform/mod.ts";
import { LocalDss } from "../../../src/server/local_dss.ts";
import { namesBelow, ORIGIN, uuidOf } from "../../support/local_store.ts";
import { WritingStore } from "../_writing_store.ts";

const SEARCH = {
  es_query: { query: { match: { "files.a_json.kind": "wanted" } } },
};

/** A store with bundles, one of which shares its content with another. */
async function open(): Promise<WritingStore> {
  const store = await WritingStore.open();
  for (const [number, kind] of ["wanted", "other", "wanted"].entries()) {
    await addBundle(store, number, kind);
  }
  return store;
}

async function addBundle(
  store: WritingStore,
  number: number,
  kind: string,
): Promise<void> {
  const document = JSON.stringify({ kind });
  const files = [
    await store.addFile(uuidOf(number, "f"), "a_0.json", document),
    await store.addFile(uuidOf(number, "e"), "b.bin", "b".repeat(number * 700)),
  ];
  const answer = await store.putBundle(uuidOf(number), files);
  assert.equal(answer.status, 201, await answer.text());
}

async function restored(
  store: WritingStore,
  path: string,
  name = "restored",
): Promise<LocalDss> {
  const dataDir = `${store.root}/${name}`;
  const options = {
    dataDir,
    runtime: createRuntime(),
    openDatabase: openSqlite,
  };
  await LocalDss.restore(options, path);
  return await LocalDss.open({ ...options, version: "1.2.3" });
}

async function ask(dss: LocalDss, path: string, body?: unknown) {
  const answer = await dss.handler(
    new Request(`${ORIGIN}/v1${path}`, {
      ...(body !== undefined && {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
      }),
    }),
  );
  assert.equal(answer.status, 200, path);
  const { event_timestamp: _, ...rest } = await answer.json();
  return rest;
}

Deno.test("a store restored from a backup has what the first one has", async () => {
  await using store = await open();
  const path = `${store.root}/store.tar`;
  const report = await store.dss.backUp(path);
  // kind:wanted is one content of two files, and there is an empty one.
  assert.equal(report.blobs, 5);
  assert.equal(report.blobs, namesBelow(`${store.dataDir}/blobs`).length);
  assert.equal(((await Deno.stat(path)).mode ?? 0) & 0o777, 0o600);
  using copy = await restored(store, path);
  assert.deepEqual(copy.counts(), store.dss.counts());
  assert.deepEqual(
    namesBelow(`${store.root}/restored/blobs`),
    namesBelow(`${store.dataDir}/blobs`),
  );
  assert.deepEqual(
    await Array.fromAsync(copy.check({ olderThanMs: 0 })),
    [],
  );
  for (
    const asked of [
      "/bundles/all?replica=aws",
      `/bundles/${uuidOf(1)}?replica=aws`,
      "/search?replica=aws",
    ]
  ) {
    const body = asked.startsWith("/search") ? SEARCH : undefined;
    const [was, is] = [
      await ask(store.dss, asked, body),
      await ask(copy, asked, body),
    ];
    assert.deepEqual(is, was);
    if (body !== undefined) assert.equal(is.total_hits, 2);
  }
});

Deno.test("a backup holds no secret of the store", async () => {
  await using store = await open();
  const password = await store.dss.loginPassword();
  const path = `${store.root}/store.tar`;
  await store.dss.backUp(path);
  const text = new TextDecoder("latin1").decode(await Deno.readFile(path));
  assert.ok(!text.includes(password));
  const key = await Deno.readTextFile(`${store.dataDir}/signing_key.pem`);
  const [, line = ""] = key.split("\n");
  assert.ok(line.length > 40);
  assert.ok(!text.includes(line));
});

Deno.test("a backup made while bundles are written is whole", async () => {
  await using store = await open();
  let isDone = false;
  const writing = (async () => {
    for (let number = 10; !isDone; number++) {
      await addBundle(store, number, "wanted");
    }
  })();
  const paths: string[] = [];
  for (let index = 0; index < 5; index++) {
    const path = `${store.root}/store-${index}.tar`;
    await store.dss.backUp(path);
    paths.push(path);
  }
  isDone = true;
  await writing;
  let least = 3;
  for (const [index, path] of paths.entries()) {
    using copy = await restored(store, path, `restored-${index}`);
    const { bundles } = copy.counts();
    assert.ok(bundles >= least, `${bundles} bundles after ${least}`);
    least = bundles;
    assert.deepEqual(
      await Array.fromAsync(copy.check({ olderThanMs: 0 })),
      [],
    );
  }
  // Else nothing was written meanwhile, and this test shows nothing.
  assert.ok(least > 3);
});

Deno.test("a store with a missing content is not backed up, and nothing is left", async () => {
  await using store = await open();
  const [name = ""] = namesBelow(`${store.dataDir}/blobs`);
  await Deno.remove(`${store.dataDir}/blobs/${name}`);
  const before = namesBelow(store.root);
  await assert.rejects(
    store.dss.backUp(`${store.root}/store.tar`),
    (error) =>
      error instanceof IntegrityError &&
      /is missing or damaged/.test(error.message),
  );
  assert.deepEqual(namesBelow(store.root), before);
});

Deno.test("a restore into a store that is there is refused and changes nothing", async () => {
  await using store = await open();
  const path = `${store.root}/store.tar`;
  await store.dss.backUp(path);
  const before = store.dss.counts();
  await assert.rejects(
    restored(store, path, "data"),
    (error) => error instanceof LocalError && error.reason === "exists",
  );
  assert.deepEqual(store.dss.counts(), before);
});

type Damage = (archive: Uint8Array) => Uint8Array;

const DAMAGES: [string, Damage, typeof RefusedError | typeof IntegrityError][] =
  [
    ["an empty file", () => new Uint8Array(), RefusedError],
    [
      "something else",
      () => new TextEncoder().encode("no archive ".repeat(200)),
      RefusedError,
    ],
    [
      "an archive that ends in the middle of a content",
      (archive) => archive.slice(0, archive.length - 1500),
      RefusedError,
    ],
    [
      "an archive without its last content",
      (archive) => {
        const at = lastHeader(archive);
        return new Uint8Array([
          ...archive.slice(0, at),
          ...new Uint8Array(1024),
        ]);
      },
      IntegrityError,
    ],
    [
      "an archive with another byte in a content",
      (archive) => {
        const copy = archive.slice();
        const at = lastHeader(archive) + 512;
        copy[at] = (copy[at] ?? 0) ^ 1;
        return copy;
      },
      IntegrityError,
    ],
    [
      "an archive whose database is damaged",
      (archive) => {
        const copy = archive.slice();
        // Behind its header of 512 bytes and the first page.
        copy.fill(0xff, 512 + 4096, 512 + 8192);
        return copy;
      },
      IntegrityError,
    ],
  ];

for (const [what, damage, errorClass] of DAMAGES) {
  Deno.test(`a restore of ${what} is refused and leaves nothing`, async () => {
    await using store = await open();
    const path = `${store.root}/store.tar`;
    await store.dss.backUp(path);
    await Deno.writeFile(path, damage(await Deno.readFile(path)));
    await assert.rejects(
      restored(store, path),
      (error) => {
        assert.ok(error instanceof errorClass, String(error));
        return true;
      },
    );
    await assert.rejects(Deno.stat(`${store.root}/restored`));
  });
}

/** Where the header of the last file with bytes is. */
function lastHeader(archive: Uint8Array): number {
  const text = new TextDecoder("latin1");
  for (let at = archive.length - 512; at >= 0; at -= 512) {
    const name = text.decode(archive.subarray(at, at + 6));
    const size = text.decode(archive.subarray(at + 124, at + 135));
    if (name === "blobs/" && Number.parseInt(size, 8) > 0) return at;
  }
  throw new Error("no content in the archive");
}

Deno.test("a refused restore leaves what was in the directory", async () => {
  await using store = await open();
  const path = `${store.root}/store.tar`;
  await store.dss.backUp(path);
  const archive = await Deno.readFile(path);
  await Deno.writeFile(path, archive.slice(0, archive.length - 1500));
  const directory = `${store.root}/restored`;
  await Deno.mkdir(directory);
  await Deno.writeTextFile(`${directory}/mine.txt`, "mine");
  await assert.rejects(restored(store, path), RefusedError);
  assert.deepEqual([...Deno.readDirSync(directory)].map(({ name }) => name), [
    "mine.txt",
  ]);
});
