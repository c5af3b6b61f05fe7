import assert from "node:assert/strict";
import { uuidOf, VERSION } from "../support/local_store.ts";
import { ANN, assertProblem, BEN, collectionOf, Owners } from "./_owners.ts";

const COLLECTION = uuidOf(1, "c");
const OTHER = uuidOf(2, "c");
const BUNDLE = uuidOf(1);
const NO_BUNDLE = uuidOf(9);
const DONOR = uuidOf(1, "f");
const READS = uuidOf(2, "f");
const V1 = "2020-01-01T000000.000001Z";
const V2 = "2020-01-01T000000.000002Z";

/** Two collectors and one bundle with a JSON file and another one. */
async function openStore(): Promise<Owners> {
  const owners = await Owners.open();
  await owners.store.add({
    uuid: BUNDLE,
    files: [
      { name: "donor.json", uuid: DONOR, content: '{"age": [41, null]}' },
      { name: "reads.txt", uuid: READS, content: "no JSON" },
    ],
  }, owners.secured.dss);
  return owners;
}

function putLine(uuid = COLLECTION, version = V1, replica = "aws"): string {
  return `PUT /collections?replica=${replica}&uuid=${uuid}&version=${version}`;
}

const item = (type: string, uuid: string, more = {}) => (
  { type, uuid, version: VERSION, ...more }
);

Deno.test("putCollection stores a collection, which is then got as it was put", async () => {
  await using owners = await openStore();
  const contents = [
    item("file", READS),
    item("bundle", BUNDLE),
    item("donor", DONOR, { fragment: "/age/1" }),
    item("donor", DONOR, { fragment: "" }),
  ];
  const details = { "é": [1, { deep: null }], a: "\u2028", 2: false };
  const body = collectionOf(contents, { details, owner: "someone else" });
  const put = await owners.as(ANN, putLine(), body);
  assert.equal(put.status, 201, JSON.stringify(put.body));
  assert.deepEqual(put.body, { uuid: COLLECTION, version: V1 });
  const got = await owners.as(
    ANN,
    `GET /collections/${COLLECTION}?replica=gcp`,
  );
  assert.equal(got.status, 200);
  assert.deepEqual(got.body, {
    ...collectionOf(contents),
    details,
    owner: ANN,
  });
});

Deno.test("putCollection keeps items that are the same in all fields once, where they stand first", async () => {
  await using owners = await openStore();
  const first = item("file", READS, { note: { a: 1, b: [1, 2] } });
  const contents = [
    first,
    item("bundle", BUNDLE),
    { note: { b: [1, 2], a: 1 }, ...item("file", READS) },
    item("file", READS, { note: { a: 1, b: [2, 1] } }),
    item("file", READS),
    item("bundle", BUNDLE),
  ];
  const put = await owners.as(ANN, putLine(), collectionOf(contents));
  assert.equal(put.status, 201, JSON.stringify(put.body));
  const got = await owners.as(
    ANN,
    `GET /collections/${COLLECTION}?replica=aws`,
  );
  assert.deepEqual(got.body.contents, [
    first,
    contents[1],
    contents[3],
    contents[4],
  ]);
});

Deno.test("putCollection lower-cases its uuid, and replaces what it has put before", async () => {
  await using owners = await openStore();
  const line = putLine(COLLECTION.toUpperCase());
  const first = await owners.as(ANN, line, collectionOf([item("file", READS)]));
  assert.deepEqual(first.body, { uuid: COLLECTION, version: V1 });
  const again = await owners.as(ANN, line, collectionOf([], { name: "two" }));
  assert.equal(again.status, 201);
  const path = `/collections/${COLLECTION.toUpperCase()}?replica=aws`;
  const got = await owners.as(ANN, `GET ${path}&version=${V1}`);
  assert.deepEqual(got.body, {
    ...collectionOf([], { name: "two" }),
    owner: ANN,
  });
  const list = await owners.as(ANN, "GET /collections");
  assert.deepEqual(list.body.collections, [{ uuid: COLLECTION, version: V1 }]);
});

Deno.test("putCollection takes more than a thousand items", async () => {
  await using owners = await openStore();
  const contents = Array.from(
    { length: 1500 },
    (_, n) => item("file", READS, { n }),
  );
  const put = await owners.as(ANN, putLine(), collectionOf(contents));
  assert.equal(put.status, 201);
  const got = await owners.as(
    ANN,
    `GET /collections/${COLLECTION}?replica=aws`,
  );
  assert.deepEqual(got.body.contents, contents);
});

const BROKEN: [what: string, item: unknown, why: RegExp][] = [
  ["no such file", item("file", NO_BUNDLE), /there is no such file$/],
  ["no such version of a file", {
    ...item("file", READS),
    version: V2,
  }, /there is no such file$/],
  ["no such bundle", item("bundle", NO_BUNDLE), /there is no such bundle$/],
  ["a bundle for a file", item("file", BUNDLE), /there is no such file$/],
  ["no such collection", item("collection", OTHER), /no such collection$/],
  ["itself", { ...item("collection", COLLECTION), version: V1 }, /no such/],
  ["an upper-case uuid", item("bundle", BUNDLE.toUpperCase()), /no such/],
  ["no fragment", item("donor", DONOR), /it has no 'fragment'$/],
  ["a path for the fragment", item("donor", DONOR, { path: "" }), /fragment'$/],
  [
    "no such file of a fragment",
    item("x", BUNDLE, { fragment: "" }),
    /no such/,
  ],
  ["no JSON", item("x", READS, { fragment: "" }), /the file is not JSON$/],
  [
    "a lost pointer",
    item("x", DONOR, { fragment: "/age/2" }),
    /'\/age\/2' lea/,
  ],
  ["no pointer", item("x", DONOR, { fragment: "age" }), /'age' leads to noth/],
];

for (const [what, broken, why] of BROKEN) {
  Deno.test(`putCollection refuses an item that refers to ${what}, and says which`, async () => {
    await using owners = await openStore();
    const contents = [
      item("bundle", BUNDLE),
      broken,
      item("bundle", NO_BUNDLE),
    ];
    const put = await owners.as(ANN, putLine(), collectionOf(contents));
    assertProblem(put, { status: 422, code: "invalid_link", title: why });
    assert.match(String(put.body.title), /^Item 2 of 'contents' \('/);
    const got = await owners.as(
      ANN,
      `GET /collections/${COLLECTION}?replica=aws`,
    );
    assertProblem(got, { status: 404, code: "not_found" });
  });
}

Deno.test("putCollection takes what was deleted for being there", async () => {
  await using owners = await openStore();
  const { secured } = owners;
  const one = putLine(OTHER);
  assert.equal((await owners.as(ANN, one, collectionOf([]))).status, 201);
  const dead = await owners.as(ANN, `DELETE /collections/${OTHER}?replica=aws`);
  assert.equal(dead.status, 200);
  const gone = await owners.as(
    "admin@example.org",
    `DELETE /bundles/${BUNDLE}?replica=aws`,
    { reason: "test" },
  );
  assert.equal(gone.status, 200, JSON.stringify(gone.body));
  const path = `/v1/bundles/${BUNDLE}?replica=aws`;
  assert.equal((await secured.request(path)).status, 404);
  const put = await owners.as(
    ANN,
    putLine(),
    collectionOf([
      item("bundle", BUNDLE),
      { ...item("collection", OTHER), version: V1 },
    ]),
  );
  assert.equal(put.status, 201, JSON.stringify(put.body));
});

const TOO_LONG = "x".repeat(1024 * 1024);

Deno.test("putCollection refuses a collection whose record is longer than 1 MiB as an item", async () => {
  await using owners = await openStore();
  const put = async (uuid: string, description: string, contents: unknown[]) =>
    await owners.as(
      ANN,
      putLine(uuid),
      collectionOf(contents, { description }),
    );
  const long = { ...item("collection", OTHER), version: V1 };
  assert.equal((await put(OTHER, TOO_LONG, [])).status, 201);
  assertProblem(await put(COLLECTION, "", [long]), {
    status: 422,
    code: "invalid_link",
    title: /its record is longer than 1048576 bytes$/,
  });
  const fits = TOO_LONG.slice(200);
  assert.equal((await put(OTHER, fits, [])).status, 201);
  assert.equal((await put(COLLECTION, "", [long])).status, 201);
});

Deno.test("putCollection refuses a bundle whose manifest is longer than 1 MiB as an item", async () => {
  await using owners = await openStore();
  // One file under many names.
  const add = async (uuid: string, count: number) => {
    const files = Array.from({ length: count }, (_, n) => ({
      name: `${n}-${"n".repeat(200)}`,
      uuid: READS,
      version: VERSION,
      indexed: false,
    }));
    const line = `PUT /bundles/${uuid}?replica=aws&version=${VERSION}`;
    const added = await owners.as(ANN, line, { creator_uid: 1, files });
    assert.equal(added.status, 201);
  };
  await add(uuidOf(20), 2500);
  await add(uuidOf(21), 1000);
  const put = (uuid: string) =>
    owners.as(ANN, putLine(), collectionOf([item("bundle", uuid)]));
  assertProblem(await put(uuidOf(20)), {
    status: 422,
    code: "invalid_link",
    title: /its record is longer than 1048576 bytes$/,
  });
  assert.equal((await put(uuidOf(21))).status, 201);
});

const deep = (levels: number) =>
  JSON.parse(`${'{"a":'.repeat(levels)}1${"}".repeat(levels)}`);

const ILLEGAL: [what: string, line: string, body: unknown, title: RegExp][] = [
  ["no replica", "PUT /collections?uuid=U&version=V", {}, /'replica'/],
  ["no uuid", `PUT /collections?replica=aws&version=${V1}`, {}, /'uuid'/],
  ["no version", `PUT /collections?replica=aws&uuid=${OTHER}`, {}, /'version'/],
  ["another replica", putLine(OTHER, V1, "azure"), {}, /'replica'/],
  ["no uuid's form", putLine("x"), {}, /'uuid'/],
  ["no name", putLine(), { name: undefined }, /'name'/],
  ["a number for a name", putLine(), { name: 1 }, /'name'/],
  ["null for details", putLine(), { details: null }, /'details'/],
  ["a list for details", putLine(), { details: [] }, /'details'/],
  ["no contents", putLine(), { contents: undefined }, /'contents'/],
  ["a text as item", putLine(), { contents: ["x"] }, /contents\[0\]/],
  ["an item without type", putLine(), {
    contents: [{ uuid: OTHER, version: V1 }],
  }, /type' is a required/],
  ["an item without version", putLine(), {
    contents: [{ type: "file", uuid: OTHER }],
  }, /version' is a required/],
  ["an item whose uuid is none", putLine(), {
    contents: [{ type: "file", uuid: "x", version: V1 }],
  }, /contents\[0\]\.uuid/],
  ["a number as fragment", putLine(), {
    contents: [item("x", DONOR, { fragment: 1 })],
  }, /fragment/],
  ["details too deep", putLine(), { details: deep(501) }, /500 levels deep/],
  ["an item too deep", putLine(), {
    contents: [item("file", READS, { note: deep(501) })],
  }, /500 levels deep/],
];

for (const [what, line, changes, title] of ILLEGAL) {
  Deno.test(`putCollection refuses ${what}`, async () => {
    await using owners = await openStore();
    const body = { ...collectionOf([]), ...changes as object };
    const put = await owners.as(ANN, line, body);
    assertProblem(put, { status: 400, code: "illegal_arguments", title });
    const list = await owners.as(ANN, "GET /collections");
    assert.deepEqual(list.body.collections, []);
  });
}

Deno.test("putCollection answers with details of 400 levels", async () => {
  await using owners = await openStore();
  const body = collectionOf([], { details: deep(400) });
  assert.equal((await owners.as(ANN, putLine(), body)).status, 201);
  const got = await owners.as(
    ANN,
    `GET /collections/${COLLECTION}?replica=aws`,
  );
  assert.deepEqual(got.body.details, deep(400));
});

for (
  const version of [
    "",
    "x",
    "2020-01-01T00:00:00.000001Z",
    "2020-02-30T000000.000000Z",
  ]
) {
  Deno.test(`putCollection refuses the version '${version}', its own or an item's`, async () => {
    await using owners = await openStore();
    const own = await owners.as(
      ANN,
      putLine(COLLECTION, encodeURIComponent(version)),
      collectionOf([]),
    );
    assertProblem(own, { status: 400, code: "illegal_version" });
    const items = [{ type: "file", uuid: READS, version }];
    const listed = await owners.as(ANN, putLine(), collectionOf(items));
    assertProblem(listed, { status: 400, code: "illegal_version" });
  });
}

Deno.test("putCollection does not let anyone take over a uuid of somebody else, alive or deleted", async () => {
  await using owners = await openStore();
  assert.equal(
    (await owners.as(ANN, putLine(), collectionOf([]))).status,
    201,
  );
  for (const version of [V1, V2]) {
    const stolen = await owners.as(
      BEN,
      putLine(COLLECTION, version),
      collectionOf([]),
    );
    assertProblem(stolen, { status: 403, code: "Forbidden" });
  }
  await owners.as(ANN, `DELETE /collections/${COLLECTION}?replica=aws`);
  const late = await owners.as(BEN, putLine(COLLECTION, V2), collectionOf([]));
  assertProblem(late, { status: 403, code: "Forbidden" });
  const list = await owners.as(BEN, "GET /collections");
  assert.deepEqual(list.body.collections, []);
});

Deno.test("putCollection by two people at one time gives the uuid to one of them", async () => {
  await using owners = await openStore();
  const body = collectionOf([item("donor", DONOR, { fragment: "/age" })]);
  const lines: [string, string][] = [
    [ANN, putLine(COLLECTION, V1)],
    [BEN, putLine(COLLECTION, V2)],
  ];
  const puts = await Promise.all(
    lines.map(([email, line]) => owners.as(email, line, body)),
  );
  const statuses = puts.map(({ status }) => status);
  assert.deepEqual(statuses.toSorted(), [201, 403]);
  const winner = statuses[0] === 201 ? ANN : BEN;
  const got = await owners.as(
    winner,
    `GET /collections/${COLLECTION}?replica=aws`,
  );
  assert.equal(got.body.owner, winner);
});

Deno.test("putCollection refuses a uuid that is more than one", async () => {
  await using owners = await openStore();
  for (const uuid of [`x${COLLECTION}`, `..%2F${COLLECTION}`]) {
    const put = await owners.as(ANN, putLine(uuid), collectionOf([]));
    assert.equal(put.status, 400);
    assert.equal(put.body.code, "illegal_arguments");
    assert.equal(put.body.title, "'uuid' is more than a uuid");
  }
});
