import assert from "node:assert/strict";
import { seeded } from "../support/seeded.ts";
import { uuidOf, VERSION } from "../support/local_store.ts";
import { ANN, assertProblem, collectionOf, Owners } from "./_owners.ts";

const COLLECTION = uuidOf(1, "c");
const FILE = uuidOf(1, "f");
const V1 = "2019-05-01T000000.000000Z";
const PATCH = `PATCH /collections/${COLLECTION}?replica=aws&version=${V1}`;
// The moment at which the clock of a store stands.
const NOW = "2020-01-01T000000.000000Z";

const fileItem = (n: number) => ({
  type: "file",
  uuid: FILE,
  version: VERSION,
  n,
});

async function openStore(contents: unknown[]): Promise<Owners> {
  const owners = await Owners.open();
  await owners.store.add({
    uuid: uuidOf(1),
    files: [{ name: "a.json", uuid: FILE, content: '{"a": {"b": 1}}' }],
  }, owners.secured.dss);
  const put = await owners.as(
    ANN,
    `PUT /collections?replica=aws&uuid=${COLLECTION}&version=${V1}`,
    collectionOf(contents, { details: { a: 1, b: 2 } }),
  );
  assert.equal(put.status, 201, JSON.stringify(put.body));
  return owners;
}

async function read(owners: Owners, version: unknown) {
  const line = `GET /collections/${COLLECTION}?replica=aws&version=${version}`;
  const got = await owners.as(ANN, line);
  assert.equal(got.status, 200, JSON.stringify(got.body));
  return got.body;
}

Deno.test("patchCollection removes, then adds, and replaces the facts that are given; the base stays", async () => {
  await using owners = await openStore([1, 2, 3].map(fileItem));
  const before = await read(owners, V1);
  const patched = await owners.as(ANN, PATCH, {
    remove_contents: [fileItem(1), fileItem(2), fileItem(9)],
    add_contents: [fileItem(3), fileItem(1), fileItem(4), fileItem(4)],
    details: { c: 3 },
    description: "other",
  });
  assert.equal(patched.status, 200, JSON.stringify(patched.body));
  assert.deepEqual(patched.body, { uuid: COLLECTION, version: NOW });
  assert.deepEqual(await read(owners, NOW), {
    name: "n",
    description: "other",
    details: { c: 3 },
    contents: [3, 1, 4].map(fileItem),
    owner: ANN,
  });
  assert.deepEqual(await read(owners, V1), before);
});

Deno.test("patchCollection makes a version of its own each time, at one moment too, and lists none", async () => {
  await using owners = await openStore([fileItem(1)]);
  const versions: unknown[] = [];
  for (let n = 0; n < 3; n++) {
    const patched = await owners.as(ANN, PATCH, { name: `patch ${n}` });
    assert.equal(patched.status, 200);
    versions.push(patched.body.version);
  }
  assert.deepEqual(versions, [
    NOW,
    "2020-01-01T000000.000001Z",
    "2020-01-01T000000.000002Z",
  ]);
  for (const [n, version] of versions.entries()) {
    assert.equal((await read(owners, version)).name, `patch ${n}`);
  }
  const list = await owners.as(ANN, "GET /collections");
  assert.deepEqual(list.body.collections, [{ uuid: COLLECTION, version: V1 }]);
});

Deno.test("patchCollection makes a version of an empty patch, and takes an upper-case uuid", async () => {
  await using owners = await openStore([fileItem(1)]);
  const line = PATCH.replace(COLLECTION, COLLECTION.toUpperCase());
  const patched = await owners.as(ANN, line, {});
  assert.deepEqual(patched.body, { uuid: COLLECTION, version: NOW });
  assert.deepEqual(await read(owners, NOW), await read(owners, V1));
});

const ILLEGAL: [what: string, body: unknown, code: string, title: RegExp][] = [
  [
    "1001 items to add",
    {
      add_contents: Array.from({ length: 1001 }, (_, n) => fileItem(n)),
    },
    "illegal_arguments",
    /'add_contents' has more than 1000 items/,
  ],
  [
    "1001 items to remove",
    {
      remove_contents: Array.from({ length: 1001 }, (_, n) => fileItem(n)),
    },
    "illegal_arguments",
    /'remove_contents' has more than 1000 items/,
  ],
  ["null for a name", { name: null }, "illegal_arguments", /'name'/],
  [
    "an item without uuid",
    {
      remove_contents: [{ type: "file", version: VERSION }],
    },
    "illegal_arguments",
    /uuid' is a required/,
  ],
  [
    "a version that is none",
    {
      add_contents: [{ ...fileItem(1), version: "x" }],
    },
    "illegal_version",
    /version of add_contents\[0\]/,
  ],
  [
    "a version that is none to remove",
    {
      remove_contents: [fileItem(1), { ...fileItem(1), version: "x" }],
    },
    "illegal_version",
    /version of remove_contents\[1\]/,
  ],
];

for (const [what, body, code, title] of ILLEGAL) {
  Deno.test(`patchCollection refuses ${what}`, async () => {
    await using owners = await openStore([]);
    const patched = await owners.as(ANN, PATCH, body);
    assertProblem(patched, { status: 400, code, title });
  });
}

Deno.test("patchCollection refuses a base version that is none", async () => {
  await using owners = await openStore([]);
  const patched = await owners.as(ANN, PATCH.replace(V1, "2019"), {});
  assertProblem(patched, { status: 400, code: "illegal_version" });
});

Deno.test("patchCollection takes a thousand items each way", async () => {
  const numbers = Array.from({ length: 1000 }, (_, n) => n);
  await using owners = await openStore(numbers.map(fileItem));
  const patched = await owners.as(ANN, PATCH, {
    remove_contents: numbers.map(fileItem),
    add_contents: numbers.map((n) => fileItem(n + 5000)),
  });
  assert.equal(patched.status, 200, JSON.stringify(patched.body));
  const { contents } = await read(owners, patched.body.version);
  assert.deepEqual(contents, numbers.map((n) => fileItem(n + 5000)));
});

Deno.test("patchCollection checks what is added and not what is removed, and makes nothing of a bad patch", async () => {
  await using owners = await openStore([fileItem(1)]);
  const lost = { type: "bundle", uuid: uuidOf(99), version: VERSION };
  const removed = await owners.as(ANN, PATCH, { remove_contents: [lost] });
  assert.equal(removed.status, 200);
  const added = await owners.as(ANN, PATCH, {
    name: "new",
    add_contents: [fileItem(1), lost],
  });
  assertProblem(added, {
    status: 422,
    code: "invalid_link",
    title: /^Item 2 of 'add_contents' \('bundle' 'bbbbbbbb-.*no such bundle$/,
  });
  const latest = await owners.as(
    ANN,
    `GET /collections/${COLLECTION}?replica=aws`,
  );
  assert.equal(latest.body.name, "n");
});

/** The items as texts, keys in order: what the model compares. */
function textOf(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(textOf)}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).sort(([a], [b]) => a < b ? -1 : 1);
  return `{${entries.map(([key, one]) => `${key}:${textOf(one)}`)}}`;
}

function shuffled<T>(list: T[], random: () => number): T[] {
  return list.map((one) => ({ one, at: random() }))
    .sort((a, b) => a.at - b.at).map(({ one }) => one);
}

/** Some of a few items, some more than once, keys in any order. */
function someItems(random: () => number, limit: number): object[] {
  const pool = [
    fileItem(1),
    { type: "file", uuid: FILE, version: VERSION },
    { type: "file", uuid: FILE, version: VERSION, n: "1" },
    { type: "file", uuid: FILE, version: VERSION, m: { x: [1, 2], y: {} } },
    { type: "file", uuid: FILE, version: VERSION, m: { x: [2, 1], y: {} } },
    { type: "bundle", uuid: uuidOf(1), version: VERSION },
    { type: "b", uuid: FILE, version: VERSION, fragment: "/a/b" },
    { type: "b", uuid: FILE, version: VERSION, fragment: "/a" },
  ];
  const count = Math.floor(random() * limit);
  return Array.from({ length: count }, () => {
    const one = pool[Math.floor(random() * pool.length)] ?? {};
    return Object.fromEntries(shuffled(Object.entries(one), random));
  });
}

Deno.test("patchCollection does what a list of texts does, for any patches of any versions", async () => {
  const random = seeded(7);
  const start = someItems(random, 8);
  await using owners = await openStore(start);
  const unique = (list: string[]) =>
    list.filter((one, at) => list.indexOf(one) === at);
  const models = new Map([[V1, unique(start.map(textOf))]]);
  for (let n = 0; n < 120; n++) {
    const bases = [...models.keys()];
    const base = bases[Math.floor(random() * bases.length)] ?? V1;
    const [remove_contents, add_contents] = [
      someItems(random, 6),
      someItems(random, 6),
    ];
    const body = { remove_contents, add_contents };
    const patched = await owners.as(ANN, PATCH.replace(V1, base), body);
    assert.equal(patched.status, 200, JSON.stringify(patched.body));
    const gone = remove_contents.map(textOf);
    const kept = (models.get(base) ?? []).filter((one) => !gone.includes(one));
    const model = unique([...kept, ...add_contents.map(textOf)]);
    const version = String(patched.body.version);
    assert.ok(!models.has(version));
    models.set(version, model);
    const { contents } = await read(owners, version);
    assert.ok(Array.isArray(contents));
    assert.deepEqual(contents.map(textOf), model, `patch ${n} of ${base}`);
  }
});

Deno.test("patchCollection of two clients at once makes two versions of a collection of a thousand items, each whole", async () => {
  const items = Array.from({ length: 1000 }, (_, n) => fileItem(n));
  await using owners = await openStore(items);
  const patches = [[1001, 0], [1002, 1]].map(([added = 0, removed = 0]) =>
    owners.as(ANN, PATCH, {
      add_contents: [fileItem(added)],
      remove_contents: [fileItem(removed)],
    })
  );
  const [first, second] = await Promise.all(patches);
  assert.equal(first?.status, 200, JSON.stringify(first?.body));
  assert.equal(second?.status, 200, JSON.stringify(second?.body));
  assert.notEqual(first.body.version, second.body.version);
  // Both were made from the version that was named, so neither has the other's.
  const [, ...rest] = items;
  assert.deepEqual(
    (await read(owners, first.body.version)).contents,
    [...rest, fileItem(1001)],
  );
  assert.deepEqual(
    (await read(owners, second.body.version)).contents,
    [fileItem(0), ...items.slice(2), fileItem(1002)],
  );
});
