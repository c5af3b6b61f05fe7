import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import type { FileSystem, JsonObject } from "../../src/base/mod.ts";
import {
  createNodeHash,
  denoFiles,
  openSqlite,
} from "../../src/platform/mod.ts";
import { LocalDss } from "../../src/server/local_dss.ts";
import {
  LocalStore,
  namesBelow,
  ORIGIN,
  type SmallFile,
  uuidOf,
  VERSION,
} from "../support/local_store.ts";
import { FakeClock } from "../support/fake_clock.ts";
import { openDss } from "./_secured_store.ts";

const BUNDLE = uuidOf(1);
const FQID = `${BUNDLE}.${VERSION}`;
const FILES: SmallFile[] = [
  { name: "a.txt", content: "the first" },
  { name: "dir/b.json", content: "{}" },
  { name: "dir/deep/c.bin", content: new Uint8Array([0, 255, 1]) },
  { name: "empty", content: "" },
];

interface Read {
  status: number;
  body: JsonObject;
}

async function ask(
  dss: LocalDss,
  line: string,
  body?: unknown,
): Promise<Read> {
  const [method, path] = line.split(" ");
  const request = new Request(`${ORIGIN}/v1${path}`, {
    method,
    ...(body !== undefined && {
      body: JSON.stringify(body),
      headers: { "content-type": "application/json" },
    }),
  });
  const answer = await dss.handler(request);
  return { status: answer.status, body: await answer.json() };
}

async function post(
  dss: LocalDss,
  body: unknown = {},
  path = `${BUNDLE}/checkout?replica=aws`,
): Promise<string> {
  const { status, body: { checkout_job_id: id, ...more } } = await ask(
    dss,
    `POST /bundles/${path}`,
    body,
  );
  assert.equal(status, 200);
  assert.deepEqual(more, {});
  assert.match(String(id), /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  return String(id);
}

async function statusOf(
  dss: LocalDss,
  id: string,
  replica = "aws",
): Promise<JsonObject> {
  const line = `GET /bundles/checkout/${id}?replica=${replica}`;
  const { status, body } = await ask(dss, line);
  assert.equal(status, 200, JSON.stringify(body));
  return body;
}

async function work(dss: LocalDss): Promise<void> {
  await dss.runDueTasks(new AbortController().signal);
}

/** A store with one bundle. */
async function openStore(files = FILES): Promise<LocalStore> {
  const store = await LocalStore.open();
  await store.add({ uuid: BUNDLE, files });
  return store;
}

/** The files below a directory with their bytes. */
async function contentsOf(directory: string): Promise<[string, string][]> {
  return await Promise.all(
    namesBelow(directory).map(async (name) => [
      name,
      (await Deno.readFile(`${directory}/${name}`)).join(),
    ]),
  );
}

const bytesOf = (content: string | Uint8Array = "") =>
  (typeof content === "string" ? new TextEncoder().encode(content) : content)
    .join();
const EXPECTED = FILES.map(({ name, content }) => [name, bytesOf(content)]);

for (const replica of ["aws", "gcp"]) {
  Deno.test(`a checkout from ${replica} runs, and then is in the replica's directory`, async () => {
    await using store = await openStore();
    const { dss, dataDir } = store;
    const id = await post(dss, {}, `${BUNDLE}/checkout?replica=${replica}`);
    assert.deepEqual(await statusOf(dss, id, replica), { status: "RUNNING" });
    await work(dss);
    const { status, location, ...more } = await statusOf(dss, id, replica);
    assert.equal(status, "SUCCEEDED");
    assert.deepEqual(more, {});
    const path = fileURLToPath(String(location));
    assert.equal(path, `${dataDir}/checkout/${replica}/bundles/${FQID}`);
    assert.deepEqual(await contentsOf(path), EXPECTED);
    assert.deepEqual(
      [...Deno.readDirSync(`${path}/..`)].map(({ name }) => name),
      [FQID],
    );
    const other = replica === "aws" ? "gcp" : "aws";
    const line = `GET /bundles/checkout/${id}?replica=${other}`;
    const foreign = await ask(dss, line);
    assert.equal(foreign.status, 404);
    assert.equal(foreign.body.code, "not_found");
  });
}

Deno.test("a checkout takes the latest version that is not deleted, or the one that is asked for, in any case", async () => {
  await using store = await openStore();
  const { dss } = store;
  const later = "2019-06-01T000000.000000Z";
  await store.add({ uuid: BUNDLE, version: later });
  const upper = BUNDLE.toUpperCase();
  const ids = [
    await post(dss, {}, `${upper}/checkout?replica=aws`),
    await post(dss, {}, `${BUNDLE}/checkout?replica=aws&version=${VERSION}`),
  ];
  await work(dss);
  const locations = await Promise.all(
    ids.map(async (id) => String((await statusOf(dss, id)).location)),
  );
  assert.match(locations[0] ?? "", new RegExp(`/${BUNDLE}.${later}$`));
  assert.match(locations[1] ?? "", new RegExp(`/${FQID}$`));
});

Deno.test("a destination is a directory in the store, or one of those that the service was opened for", async () => {
  await using store = await openStore();
  const lab = `${store.root}/lab`;
  await Deno.mkdir(lab);
  const gone = `${store.root}/gone`;
  using dss = await LocalDss.open({
    dataDir: store.dataDir,
    runtime: {
      files: denoFiles,
      clock: store.clock,
      random: Math.random,
      createHash: createNodeHash,
    },
    openDatabase: openSqlite,
    version: "1.2.3",
    settings: { directories: [lab, gone] },
  });
  const states: Record<string, JsonObject> = {};
  for (const destination of ["lab", "other", "gone", "..", "a\\b"]) {
    const id = await post(dss, { destination, email: "a@example.org" });
    await work(dss);
    states[destination] = await statusOf(dss, id);
  }
  const bundle = `bundles/${FQID}`;
  assert.equal(
    fileURLToPath(String(states["lab"]?.location)),
    `${lab}/${bundle}`,
  );
  assert.deepEqual(await contentsOf(`${lab}/${bundle}`), EXPECTED);
  assert.deepEqual(
    await contentsOf(`${store.dataDir}/checkout/other/${bundle}`),
    EXPECTED,
  );
  for (const name of ["gone", "..", "a\\b"]) {
    assert.deepEqual(states[name], {
      status: "FAILED",
      cause: `Bucket ${name} doesn't exist (FAILED)`,
    });
  }
  assert.equal(await denoFiles.stat(gone), undefined);
});

const REFUSED: [
  what: string,
  line: string,
  body: unknown,
  status: number,
  code: string,
][] = [
  [
    "a destination with a slash",
    `${BUNDLE}/checkout?replica=aws`,
    {
      destination: "a/b",
    },
    400,
    "illegal_arguments",
  ],
  [
    "an email address without @",
    `${BUNDLE}/checkout?replica=aws`,
    {
      email: "nobody",
    },
    400,
    "illegal_arguments",
  ],
  [
    "no replica",
    `${BUNDLE}/checkout`,
    {},
    400,
    "illegal_arguments",
  ],
  [
    "no body",
    `${BUNDLE}/checkout?replica=aws`,
    undefined,
    400,
    "illegal_arguments",
  ],
  [
    "an unknown bundle",
    `${uuidOf(9)}/checkout?replica=aws`,
    {},
    404,
    "not_found",
  ],
  [
    "an unknown version",
    `${BUNDLE}/checkout?replica=aws&version=junk`,
    {},
    404,
    "not_found",
  ],
];

for (const [what, path, body, status, code] of REFUSED) {
  Deno.test(`postBundlesCheckout refuses ${what} with ${status}`, async () => {
    await using store = await openStore();
    const answer = await ask(store.dss, `POST /bundles/${path}`, body);
    assert.equal(answer.status, status, JSON.stringify(answer.body));
    assert.equal(answer.body.code, code);
    await work(store.dss);
    assert.equal(await denoFiles.stat(`${store.dataDir}/checkout`), undefined);
  });
}

Deno.test("getBundlesCheckout of an unknown job is 404, of what is no uuid 400", async () => {
  await using store = await openStore();
  const unknown = await ask(
    store.dss,
    `GET /bundles/checkout/${uuidOf(3)}?replica=aws`,
  );
  assert.equal(unknown.status, 404);
  assert.equal(unknown.body.code, "not_found");
  const junk = await ask(store.dss, "GET /bundles/checkout/x?replica=aws");
  assert.equal(junk.status, 400);
});

Deno.test("a checkout fails when the store's content is damaged, and leaves nothing", async () => {
  await using store = await openStore();
  const { dss, dataDir } = store;
  for (const name of store.blobFiles()) {
    const path = `${dataDir}/blobs/${name}`;
    const bytes = await Deno.readFile(path);
    if (bytes.join() !== bytesOf("the first")) continue;
    // As many other bytes.
    await Deno.writeTextFile(path, "the  last");
  }
  const id = await post(dss);
  await work(dss);
  assert.deepEqual(await statusOf(dss, id), {
    status: "FAILED",
    cause: "The content of 'a.txt' is missing or damaged in the store (FAILED)",
  });
  assert.deepEqual(namesBelow(`${dataDir}/checkout`), []);
  assert.deepEqual(
    [...Deno.readDirSync(`${dataDir}/checkout/aws/bundles`)],
    [],
  );
});

Deno.test("a checkout fails when a file stands where its directory should be", async () => {
  await using store = await openStore();
  const parent = `${store.dataDir}/checkout/aws/bundles`;
  await Deno.mkdir(parent, { recursive: true });
  await Deno.writeTextFile(`${parent}/${FQID}`, "mine");
  const id = await post(store.dss);
  await work(store.dss);
  const { status, cause } = await statusOf(store.dss, id);
  assert.equal(status, "FAILED");
  assert.match(String(cause), /is there and no directory \(FAILED\)$/);
  assert.equal(await Deno.readTextFile(`${parent}/${FQID}`), "mine");
});

Deno.test("a checkout repairs what is there, writes through no link, and leaves other files alone", async () => {
  await using store = await openStore();
  const { dss, dataDir, root } = store;
  const path = `${dataDir}/checkout/aws/bundles/${FQID}`;
  await post(dss);
  await work(dss);
  const kept = await Deno.stat(`${path}/dir/b.json`);
  await Deno.writeTextFile(`${path}/a.txt`, "the  last");
  await Deno.remove(`${path}/empty`);
  await Deno.writeTextFile(`${root}/precious`, "precious");
  await Deno.symlink(`${root}/precious`, `${path}/empty`);
  await Deno.writeTextFile(`${path}/notes.txt`, "mine");
  const id = await post(dss);
  await work(dss);
  assert.equal((await statusOf(dss, id)).status, "SUCCEEDED");
  const names = (await contentsOf(path)).filter(([name]) =>
    name !== "notes.txt"
  );
  assert.deepEqual(names, EXPECTED);
  assert.equal(await Deno.readTextFile(`${path}/notes.txt`), "mine");
  assert.equal(await Deno.readTextFile(`${root}/precious`), "precious");
  const now = await Deno.stat(`${path}/dir/b.json`);
  assert.equal(now.ino, kept.ino, "what was right was not written again");

  await Deno.rename(`${path}/dir`, `${root}/dir`);
  await Deno.symlink(`${root}/dir`, `${path}/dir`);
  const linked = await post(dss);
  await work(dss);
  const { status, cause } = await statusOf(dss, linked);
  assert.equal(status, "FAILED");
  assert.match(String(cause), /^'dir', where '.*' should be, is no directory/);
});

Deno.test("a checkout fails when names of the bundle cannot be those of files", async () => {
  await using store = await openStore();
  using dss = await openDss(store, ["a@example.org"]);
  const { accessToken } = await dss.issueTokens({ email: "a@example.org" });
  const file = { ...FILES[0], uuid: uuidOf(5, "f") };
  await store.add({ uuid: uuidOf(7), files: [file as SmallFile] });
  const put = await dss.handler(
    new Request(
      `${ORIGIN}/v1/bundles/${uuidOf(8)}?replica=aws&version=${VERSION}`,
      {
        method: "PUT",
        headers: {
          "content-type": "application/json",
          authorization: `Bearer ${accessToken}`,
        },
        body: JSON.stringify({
          creator_uid: 1,
          files: ["A", "a", ""].map((name) => ({
            name,
            uuid: uuidOf(5, "f"),
            version: VERSION,
            indexed: false,
          })),
        }),
      },
    ),
  );
  assert.equal(put.status, 201, await put.text());
  const id = await post(dss, {}, `${uuidOf(8)}/checkout?replica=aws`);
  await work(dss);
  const { status, cause } = await statusOf(dss, id);
  assert.equal(status, "FAILED");
  assert.match(String(cause), /another file is named 'A'.*\(FAILED\)$/);
});

Deno.test("a checkout of a bundle that is deleted before it is done fails", async () => {
  await using store = await openStore();
  using dss = await openDss(store, ["a@example.org"]);
  const { accessToken } = await dss.issueTokens({ email: "a@example.org" });
  const id = await post(dss);
  const gone = await dss.handler(
    new Request(`${ORIGIN}/v1/bundles/${BUNDLE}?replica=aws`, {
      method: "DELETE",
      headers: {
        "content-type": "application/json",
        authorization: `Bearer ${accessToken}`,
      },
      body: JSON.stringify({ reason: "test" }),
    }),
  );
  assert.equal(gone.status, 200, await gone.text());
  await work(dss);
  assert.deepEqual(await statusOf(dss, id), {
    status: "FAILED",
    cause: `Bundle ${FQID} does not exist (FAILED)`,
  });
  const path = `POST /bundles/${BUNDLE}/checkout?replica=aws`;
  assert.equal((await ask(dss, path, {})).status, 404);
});

/** Real files that stop at the n-th rename, as a process that is killed. */
function stoppingFiles(
  renames: number,
): { files: FileSystem; stopped: Promise<void> } {
  const stopped = Promise.withResolvers<void>();
  let left = renames;
  const rename: FileSystem["rename"] = async (from, to) => {
    if (left-- > 0) return await denoFiles.rename(from, to);
    stopped.resolve();
    return await new Promise(() => {});
  };
  return { files: { ...denoFiles, rename }, stopped: stopped.promise };
}

for (const renames of [0, 1, 3, 4]) {
  Deno.test(`a checkout that stopped after ${renames} renames is finished by the next process, and is nowhere half`, async () => {
    await using store = await openStore();
    const { dataDir } = store;
    const final = `${dataDir}/checkout/aws/bundles/${FQID}`;
    const { files, stopped } = stoppingFiles(renames);
    const first = await store.reopen({ files });
    const id = await post(first);
    // It never comes back; what it holds is the lease of its task.
    first.runDueTasks(new AbortController().signal);
    await stopped;
    assert.equal(await denoFiles.stat(final), undefined);
    assert.deepEqual(await statusOf(store.dss, id), { status: "RUNNING" });

    await work(store.dss);
    assert.deepEqual(
      await statusOf(store.dss, id),
      { status: "RUNNING" },
      "somebody may still be at it",
    );
    const later = new FakeClock({ startMs: store.clock.now() + 61_000 });
    using second = await openDss({ dataDir, clock: later });
    await work(second);
    assert.equal((await statusOf(second, id)).status, "SUCCEEDED");
    assert.deepEqual(await contentsOf(final), EXPECTED);
    assert.deepEqual(
      [...Deno.readDirSync(`${final}/..`)].map(({ name }) => name),
      [FQID],
    );
  });
}

Deno.test("a checkout that is aborted goes on in the next process at once", async () => {
  await using store = await openStore();
  const { dataDir } = store;
  const abort = new AbortController();
  let renames = 0;
  const rename: FileSystem["rename"] = async (from, to) => {
    await denoFiles.rename(from, to);
    if (++renames === 2) abort.abort();
  };
  const files = { ...denoFiles, rename };
  const first = await store.reopen({ files });
  const id = await post(first);
  await first.runDueTasks(abort.signal);
  assert.deepEqual(await statusOf(store.dss, id), { status: "RUNNING" });
  const part = `${dataDir}/checkout/aws/bundles/`;
  assert.equal(namesBelow(part).length, 2, "what is done stays");
  await work(store.dss);
  assert.equal((await statusOf(store.dss, id)).status, "SUCCEEDED");
  assert.deepEqual(await contentsOf(`${part}${FQID}`), EXPECTED);
  assert.deepEqual([...Deno.readDirSync(part)].length, 1);
});

Deno.test("many checkouts of one bundle at one time all succeed", async () => {
  await using store = await openStore();
  const ids = await Promise.all(
    Array.from({ length: 20 }, () => post(store.dss)),
  );
  await work(store.dss);
  for (const id of ids) {
    assert.equal((await statusOf(store.dss, id)).status, "SUCCEEDED");
  }
  const final = `${store.dataDir}/checkout/aws/bundles/${FQID}`;
  assert.deepEqual(await contentsOf(final), EXPECTED);
  assert.deepEqual([...Deno.readDirSync(`${final}/..`)].length, 1);
});
