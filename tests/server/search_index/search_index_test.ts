import assert from "node:assert/strict";
import type { Json, JsonObject } from "../../../src/base/mod.ts";
import { sampleBundles } from "../../../src/server/sample/mod.ts";
import {
  buildIndexDocument,
  parseQuery,
  QueryError,
} from "../../../src/server/search/mod.ts";
import { exampleDocument, TOMBSTONE } from "../search/example_bundle.ts";
import { seeded } from "../../support/seeded.ts";
import { IndexedDocuments, keyOf } from "./_indexed_documents.ts";
import {
  pick,
  querySource,
  randomDocument,
  randomQuery,
} from "./_random_search.ts";

function isRefused(query: unknown): boolean {
  try {
    parseQuery({ query } as JsonObject);
    return false;
  } catch (error) {
    assert.ok(error instanceof QueryError);
    return true;
  }
}

for (const seed of [1, 2, 3]) {
  Deno.test(`SearchIndex.search finds what the evaluator finds when queries and documents are random (${seed})`, async () => {
    using store = await IndexedDocuments.open();
    const random = seeded(seed);
    const documents: JsonObject[] = [];
    const ids: string[] = [];
    for (let number = 0; number < 40; number++) {
      const key = keyOf(Math.floor(random() * 1000), pick(random, 1, 2, 3));
      const document = randomDocument(random, key.uuid);
      documents.push(document);
      ids.push(`${key.uuid}.${key.version}`);
      store.write(key, document, random() < 0.9);
    }
    const source = querySource(documents, ids);
    let [asked, found] = [0, 0];
    while (asked < 1000) {
      const query = randomQuery(random, source);
      if (isRefused(query)) continue;
      asked++;
      found += store.check(query, 1 + Math.floor(random() * 45));
    }
    assert.ok(found > asked, `${found} hits of ${asked} queries`);
  });
}

Deno.test("SearchIndex.search finds what the evaluator finds in the sample bundles and a tombstone", async () => {
  const random = seeded(11);
  using store = await IndexedDocuments.open();
  const documents: JsonObject[] = [exampleDocument(), TOMBSTONE];
  for (const bundle of sampleBundles({ readsPerFile: 10 })) {
    documents.push(await documentOf(bundle));
  }
  documents.forEach((document, number) => store.write(keyOf(number), document));
  const ids = documents.map((_, number) =>
    `${keyOf(number).uuid}.${keyOf(number).version}`
  );
  const source = querySource(documents, ids);
  let [asked, found] = [0, 0];
  while (asked < 1000) {
    const query = randomQuery(random, source);
    if (isRefused(query)) continue;
    asked++;
    found += store.check(query, 2);
  }
  assert.ok(found > asked, `${found} hits of ${asked} queries`);
});

async function documentOf(
  bundle: ReturnType<typeof sampleBundles>[number],
): Promise<JsonObject> {
  const { uuid, version, creatorUid } = bundle;
  const contents = await Promise.all(
    bundle.files.map(async (file) => ({ ...file, bytes: await file.bytes() })),
  );
  const files = bundle.files.map((file) => ({
    name: file.name,
    uuid: file.uuid,
    version: file.version,
    "content-type": file.contentType,
    indexed: file.indexed,
  }));
  const manifest = { version, creator_uid: creatorUid, files };
  return buildIndexDocument({ uuid, version, manifest, contents });
}

const DAY_END = "2018-07-22T23:59:59.999Z";
const LONG = `${"long words ".repeat(40)}to the very end`;

/** Documents and queries of which each would go wrong in a way of its own. */
const TABLE: [documents: JsonObject[], query: Json, hits: number][] = [
  [[{ a: "x y" }], {
    match: { "a.text": { query: "x x z", minimum_should_match: 2 } },
  }, 1],
  [[{ a: "x y" }], {
    match: { "a.text": { query: "x z q", minimum_should_match: 2 } },
  }, 0],
  [[{ a: ["x", "y"] }], {
    match: { "a.text": { query: "x y", operator: "and" } },
  }, 1],
  [[{ a: ["x", "y"] }], { match_phrase: { "a.text": "x y" } }, 0],
  [[{ a: LONG }], { match_phrase: { "a.text": "VERY end" } }, 1],
  [[{ a: LONG }], { match_phrase: { "a.text": "end long" } }, 0],
  [[{ a: LONG }], { match: { "a.text": "very" } }, 1],
  [[{ a: LONG }], { term: { a: LONG } }, 0],
  [[{ a: LONG }], { exists: { field: "a" } }, 0],
  [[{ a: LONG }], { exists: { field: "a.text" } }, 1],
  [[{ b: { a: LONG } }], { exists: { field: "b" } }, 1],
  [[{ b: { a: [null, {}] } }], { exists: { field: "b" } }, 0],
  // The last sigma of a word is another letter, but not to the keyword.
  [[{ a: "ΟΔΟΣ ΟΔΟΣ" }], { match_phrase: { "a.text": "οδος οδος" } }, 1],
  [[{ a: "ΟΔΟΣ ΟΔΟΣ" }], { term: { a: "οδοσ οδοσ" } }, 1],
  [[{ a: ["οδοσ b", "ΟΔΟΣ b"] }], { match_phrase: { "a.text": "ΟΔΟΣ b" } }, 1],
  [[{ a: ["ΟΔΟΣ b", "οδοσ b"] }], { match_phrase: { "a.text": "οδοσ b" } }, 1],
  [[{ a: "ΟΔΟΣ" }], { match: { "a.text": "οδος" } }, 1],
  [[{ a: "ΟΔΟΣ" }], { match: { "a.text": "οδοσ" } }, 0],
  [[{ a: DAY_END }, { a: "2018-07-23" }], {
    range: { a: { lte: "2018-07-22" } },
  }, 1],
  [[{ a: DAY_END }, { a: "2018-07-23" }], {
    range: { a: { gt: "2018-07-22" } },
  }, 1],
  [[{ a: DAY_END }, { a: "2018-07-23" }], { term: { a: "2018-07-22" } }, 1],
  [
    [{ a: DAY_END }],
    { range: { a: { gte: "2018-07-22", lt: "2018-07-23" } } },
    1,
  ],
  [[{ a: DAY_END }], { prefix: { a: "2018-07-22T" } }, 1],
  [[{ a: DAY_END }], { wildcard: { a: "*59.999z" } }, 1],
  [[{ a: DAY_END }], { match: { "a.text": "2018" } }, 0],
  [[{ a: -0 }], { term: { a: 0 } }, 1],
  [[{ a: 0 }], { range: { a: { gte: "-0.0" } } }, 1],
  [[{ a: "9606" }, { a: 9606 }], { term: { a: 9606 } }, 2],
  [[{ a: 1 }], { term: { a: "1e999" } }, 0],
  [[{ a: 1e999 }], { exists: { field: "a" } }, 0],
  [[{ a: "\ud83d" }, { a: "\ufffd" }], { term: { a: "\ud83d" } }, 1],
  [[{ a: "😀" }], { prefix: { a: "\ud83d" } }, 1],
  [[{ a: "😀" }, { a: "\ud83d" }], { wildcard: { a: "\ud83d*" } }, 1],
  [[{ a: "😀" }], { wildcard: { a: "\ud83d\\\ude00" } }, 0],
  [[{ a: "a\u0000b" }, { a: "a" }], { prefix: { a: "a" } }, 2],
  [[{ a: "a\u0000b" }, { a: "a" }], { range: { a: { gt: "a" } } }, 1],
  [[{ "a.b": "x" }, { a: { b: "x" } }], { term: { "a.b": "x" } }, 2],
  [[{ "a.b": "x" }, { a: { b: "x" } }], { exists: { field: "a" } }, 1],
  [[{ _id: "x y" }], { term: { _id: "x y" } }, 0],
  [[{ _id: "x y" }], { match: { "_id.text": "y" } }, 1],
  [[{ uuid: "Ab" }], { term: { uuid: "ab" } }, 0],
  [[{ uuid: "Ab" }], { exists: { field: "uuid.text" } }, 0],
  [[{ a: "0123ABCD-4eed-12ab-90cd-0123456789ab" }], {
    term: { "a.text": "4eed" },
  }, 1],
  [[{ a: "0123ABCD-4eed-12ab-90cd-0123456789ab" }], {
    term: { "a.text": "0123abcd" },
  }, 1],
  [[{ a: "0123abcd-4eed-12ab-90cd-0123456789ab" }], {
    match_phrase: { "a.text": "12AB 90cd" },
  }, 1],
  [[{ a: "0123abcd-4eed-12ab-90cd-0123456789ab" }], {
    range: { "a.text": { gt: "4eec", lt: "4eee" } },
  }, 1],
  [[{ a: "0123abcd-4eed-12ab-90cd-0123456789ab" }], {
    wildcard: { "a.text": "?0cd" },
  }, 1],
  [[{ a: "0123abcd-4eed-12ab-90cd-0123456789ab" }], {
    prefix: { a: "0123ABCD-4" },
  }, 1],
  [[{ a: 1 }, { a: "x" }, {}], { bool: { must_not: { term: { a: "x" } } } }, 2],
  [[{ a: 1 }], {
    bool: { should: [{ match_all: {} }], minimum_should_match: 2 },
  }, 0],
];

const UPPER = "0123ABCD-4EED-12AB-90CD-0123456789AB";

TABLE.push(
  // The name of a field may have a thousand characters.
  [[{ ["p".repeat(1000)]: "x" }], { term: { ["p".repeat(1000)]: "x" } }, 1],
  [[{ ["p".repeat(1000)]: { q: "x" } }], {
    exists: { field: "p".repeat(1000) },
  }, 1],
  // Upper case makes no other kind of uuid.
  [[{ a: UPPER }], { term: { a: UPPER.toLowerCase() } }, 1],
  [[{ a: UPPER }], { term: { a: UPPER } }, 1],
  [[{ a: UPPER }], { term: { "a.text": "12ab" } }, 1],
  [[{ a: [UPPER, UPPER.toLowerCase()] }], { term: { "a.text": "12ab" } }, 1],
  // Its words are those of what was written: here the last letter differs.
  [[{ a: "ΟΔΟΣabcd-4eed-12ab-90cd-0123456789ab" }], {
    match: { "a.text": "4eed" },
  }, 1],
  // The same value twice in a document, and the next document.
  [[{ a: ["x", "x", { b: 1 }, "x"] }, { a: "x" }], { term: { a: "x" } }, 2],
  // Where a text ends is part of it.
  [[{ a: "b\nc" }, { a: ["b", "c"] }], { term: { a: "b\nc" } }, 1],
);

for (const [documents, query, hits] of TABLE) {
  const shown = JSON.stringify([documents, query]);
  const short = shown.length > 150 ? `${shown.slice(0, 150)}…` : shown;
  Deno.test(`SearchIndex.search finds ${hits} when it is asked ${short}`, async () => {
    using store = await IndexedDocuments.open();
    documents.forEach((document, number) => {
      store.write(keyOf(number), document);
    });
    assert.equal(store.count("search_backlog"), 0);
    assert.equal(store.check(query), hits);
  });
}

Deno.test("SearchIndex.search finds nothing when there are no documents", async () => {
  using store = await IndexedDocuments.open();
  assert.equal(store.check({ match_all: {} }), 0);
  assert.equal(store.check({ bool: { must_not: [{ term: { a: 1 } }] } }), 0);
});

Deno.test("SearchIndex.search gives each hit once when pages are of any size and chunks many", async () => {
  using store = await IndexedDocuments.open();
  const random = seeded(7);
  for (let number = 0; number < 700; number++) {
    const place = Math.floor(random() * 500);
    const document = {
      n: number,
      third: number % 3,
      rare: number % 97 === 0,
      low: place < 20,
    };
    store.write(keyOf(place, 1 + number % 9), document, number % 40 !== 0);
  }
  assert.ok(store.count("search_chunks") >= 3);
  const all = store.evaluate({ type: "match_all" });
  assert.equal(store.check({ match_all: {} }, 1), all.length);
  for (const limit of [2, 7, 99, 100, all.length, all.length + 1]) {
    store.check({ match_all: {} }, limit);
    store.check({ term: { third: 1 } }, limit);
    // Few, and close together at the end.
    assert.ok(store.check({ term: { rare: true } }, limit) > 1);
    assert.ok(store.check({ term: { low: true } }, limit) > 10);
    store.check({ range: { n: { gte: 250, lt: 260 } } }, limit);
  }
});

Deno.test("SearchIndex.search goes on after a cursor that is no document", async () => {
  using store = await IndexedDocuments.open();
  for (const number of [1, 2, 3]) store.write(keyOf(number), { a: number });
  const query = parseQuery({ query: { exists: { field: "a" } } });
  const after = (uuid: string, version: string) =>
    store.index.search(query, { after: { uuid, version }, limit: 9 });
  const { uuid, version } = keyOf(2);
  assert.deepEqual(after(uuid, `${version}Z`).hits.map((hit) => hit.uuid), [
    ...[keyOf(2).uuid, keyOf(1).uuid],
  ]);
  assert.deepEqual(after(uuid, "").hits.map((hit) => hit.uuid), [
    keyOf(1).uuid,
  ]);
  assert.equal(after("", "").hits.length, 0);
  assert.equal(after("z", "").hits.length, 3);
  assert.equal(after("", "").totalHits, 3);
});

Deno.test("SearchIndex.search reads documents only when they are asked for", async () => {
  using store = await IndexedDocuments.open();
  store.write(keyOf(1), { a: "Some Text" });
  const query = parseQuery({ query: { match_all: {} } });
  const [hit] = store.index.search(query, { limit: 1 }).hits;
  assert.deepEqual(hit, { ...keyOf(1), document: undefined });
  const [whole] = store.index.search(query, { limit: 1, withDocuments: true })
    .hits;
  assert.equal(whole?.document, '{"a":"Some Text"}');
});

Deno.test("SearchIndex.search finds any of very many terms", async () => {
  using store = await IndexedDocuments.open();
  for (let number = 0; number < 50; number++) {
    store.write(keyOf(number), {
      a: number,
      b: `name ${number}`,
      c: `2018-07-${10 + number % 20}`,
      d: `0123abcd-4eed-12ab-90cd-0123456${10000 + number}`,
    });
  }
  const many = Array.from({ length: 5000 }, (_, number) => number * 3);
  assert.equal(store.check({ terms: { a: many } }), 17);
  assert.equal(store.check({ terms: { b: many.map((n) => `NAME ${n}`) } }), 17);
  assert.equal(store.check({ terms: { "b.text": many.map(String) } }), 17);
  const days = many.map((n) => `2018-07-${10 + n}`);
  assert.equal(store.check({ terms: { c: days } }), 7 + 7 + 4);
  const ends = many.map((n) => `0123456${10000 + n}`);
  assert.equal(store.check({ terms: { "d.text": ends } }), 17);
  const ids = many.map((n) => `${keyOf(n).uuid}.${keyOf(n).version}`);
  assert.equal(store.check({ terms: { _id: ids } }), 17);
});

Deno.test("SearchIndex.put takes the place of what the bundle had", async () => {
  using store = await IndexedDocuments.open();
  const tombstone = { admin_deleted: true, uuid: keyOf(2).uuid };
  for (let number = 0; number < 5; number++) {
    store.write(keyOf(number), { a: "Alive", n: number });
  }
  store.write(keyOf(2), tombstone);
  store.write(keyOf(4), { a: "Alive", n: 44 });
  store.write(keyOf(4), { a: "Alive", n: 45 });
  assert.equal(store.check({ term: { a: "alive" } }), 4);
  assert.equal(store.check({ term: { admin_deleted: true } }), 1);
  assert.equal(store.check({ term: { n: 44 } }), 0);
  assert.equal(store.check({ match_all: {} }), 5);
  assert.equal(
    store.check({ bool: { must_not: { term: { admin_deleted: true } } } }),
    4,
  );
  assert.equal(store.check({ exists: { field: "a" } }, 1), 4);
});

Deno.test("SearchIndex.put writes a value once that a document has twice", async () => {
  using store = await IndexedDocuments.open();
  store.write(keyOf(1), { a: ["x", "x", { b: 1 }, "x"] });
  store.write(keyOf(2), { a: "x" });
  const [longest] = store.database.prepare(
    "SELECT max(length(documents)) AS places FROM search_postings",
  ).all();
  assert.equal(longest?.places, 2);
});

Deno.test("SearchIndex.put leaves nothing of a chunk whose documents are all replaced", async () => {
  using store = await IndexedDocuments.open();
  for (let number = 0; number < 256; number++) {
    store.write(keyOf(number), { a: `first ${number}` });
  }
  assert.equal(store.count("search_chunks"), 1);
  for (let number = 0; number < 256; number++) {
    store.write(keyOf(number), { a: "second" });
    if (number < 255) assert.equal(store.count("search_chunks"), 2);
  }
  assert.equal(store.count("search_chunks"), 1);
  // Besides `a` each has its id.
  assert.equal(store.count("search_postings"), 257);
  assert.equal(store.check({ term: { a: "second" } }), 256);
  assert.equal(store.check({ prefix: { a: "first" } }), 0);
});

Deno.test("SearchIndex.put writes nothing when the transaction fails", async () => {
  using store = await IndexedDocuments.open();
  store.write(keyOf(1), { a: 1 });
  assert.throws(
    () =>
      store.database.transaction(() => {
        store.index.put(keyOf(1), { b: { c: 2 } });
        throw new Error("changed its mind");
      }),
    { message: "changed its mind" },
  );
  assert.equal(store.check({ term: { a: 1 } }), 1);
  store.write(keyOf(2), { d: { e: 3 } });
  assert.equal(store.check({ exists: { field: "b" } }), 0);
  assert.equal(store.check({ term: { "d.e": 3 } }), 1);
});

Deno.test("SearchIndex.put refuses a bundle that is not in the store", async () => {
  using store = await IndexedDocuments.open();
  const { uuid, version } = keyOf(1);
  assert.throws(() => store.index.put(keyOf(1), {}), {
    name: "LocalError",
    message: `bundle ${uuid}.${version} is not in the store`,
  });
});

Deno.test("SearchIndex.search does not find a bundle that is removed, before and after it is tidied up", async () => {
  using store = await IndexedDocuments.open();
  for (const number of [1, 2, 3]) store.write(keyOf(number), { a: number });
  store.remove(keyOf(3));
  assert.equal(store.check({ match_all: {} }), 2);
  // The next bundle gets the same key in the database.
  store.write(keyOf(4), { a: 4 }, false);
  assert.equal(store.check({ terms: { a: [3, 4] } }), 1);
  await store.index.catchUp();
  assert.equal(store.count("search_backlog"), 0);
  store.remove(keyOf(1));
  await store.index.catchUp();
  assert.equal(store.count("search_documents"), 2);
  assert.equal(store.check({ match_all: {} }), 2);
  store.remove(keyOf(2));
  store.remove(keyOf(4));
  await store.index.catchUp();
  assert.equal(store.count("search_postings"), 0);
  assert.equal(store.check({ match_all: {} }), 0);
});

Deno.test("SearchIndex.search sees what another connection has put, and not what it is putting", async () => {
  const directory = await Deno.makeTempDir();
  const path = `${directory}/dss.sqlite`;
  try {
    using one = await IndexedDocuments.open({ path });
    using two = await IndexedDocuments.open({ path });
    one.write(keyOf(1), { a: "one" });
    assert.equal(two.check({ term: { a: "one" } }), 1);
    two.write(keyOf(1), { a: "two" });
    two.write(keyOf(2), { a: "two", b: { c: 1 } });
    assert.equal(one.check({ term: { a: "two" } }), 2);
    one.write(keyOf(3), { b: { c: 1 } });
    assert.equal(two.check({ term: { "b.c": 1 } }), 2);
    one.database.transaction(() => {
      one.index.put(keyOf(3), { b: { c: 5 } });
      assert.equal(two.check({ term: { "b.c": 5 } }), 0);
      assert.equal(two.check({ term: { "b.c": 1 } }), 2);
      const found = one.index.search(
        parseQuery({ query: { term: { "b.c": 5 } } }),
        { limit: 9 },
      );
      assert.equal(found.totalHits, 1);
    });
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});
