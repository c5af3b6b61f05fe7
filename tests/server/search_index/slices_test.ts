import assert from "node:assert/strict";
import { parseQuery, type Query } from "../../../src/server/search/mod.ts";
import { IndexedDocuments, keyOf } from "./_indexed_documents.ts";
import { seeded } from "../../support/seeded.ts";
import {
  pick,
  querySource,
  randomDocument,
  randomQuery,
} from "./_random_search.ts";
import type { JsonObject } from "../../../src/base/mod.ts";

const PAGE = { limit: 1000 };

/** A clock that moves so much with each look at it that a slice is one step. */
function hastyClock(stepMs = 60): { elapsed: () => number; looks: number } {
  const clock = { looks: 0, elapsed: () => stepMs * clock.looks++ };
  return clock;
}

async function find(
  store: IndexedDocuments,
  query: Query,
  meanwhile: (turn: number) => void = () => {},
): Promise<{ keys: string[]; total: number; turns: number }> {
  let turns = 0;
  const clock = hastyClock();
  const elapsed = () => {
    // Looked at when a slice begins and after each of its steps.
    if (clock.looks > 1 && clock.looks % 2 === 0) meanwhile(turns++);
    return clock.elapsed();
  };
  const { hits, totalHits } = await store.index.searchInSlices(query, PAGE, {
    clock: { elapsed },
    signal: new AbortController().signal,
  });
  const keys = hits.map(({ uuid, version }) => `${uuid}.${version}`);
  return { keys, total: totalHits, turns };
}

Deno.test("SearchIndex.searchInSlices finds what the evaluator finds when queries and documents are random", async () => {
  using store = await IndexedDocuments.open();
  const random = seeded(21);
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
  let found = 0;
  for (let asked = 0; asked < 300;) {
    let query: Query;
    try {
      query = parseQuery({ query: randomQuery(random, source) } as JsonObject);
    } catch {
      continue;
    }
    asked++;
    const expected = store.evaluate(query);
    const { keys, total } = await find(store, query);
    assert.deepEqual(keys, expected, JSON.stringify(query));
    assert.equal(total, expected.length);
    found += total;
  }
  assert.ok(found > 300, String(found));
});

const MANY: Query = parseQuery({
  query: {
    bool: {
      must: [{ wildcard: { a: "*li*" } }, { wildcard: { a: "*v*" } }],
      must_not: [{ term: { dead: true } }],
    },
  },
});

// Two patterns, in four kinds of keys each, in two chunks are sixteen steps.
// After the first one each has two turns, before and after it.
const LAST_TURN = 2 * 15;

Deno.test("SearchIndex.searchInSlices finds what was written, replaced, removed and indexed meanwhile", async () => {
  const changes: Record<string, (store: IndexedDocuments) => void> = {
    nothing: () => {},
    "a new document": (store) => store.write(keyOf(900), { a: "alive" }),
    "a new document that is not indexed": (store) =>
      store.write(keyOf(900), { a: "alive" }, false),
    "the same document again": (store) => store.write(keyOf(3), { a: "alive" }),
    "another document": (store) => store.write(keyOf(4), { a: "gone" }),
    "a tombstone": (store) =>
      store.write(keyOf(290), { a: "alive", dead: true }),
    "a removal": (store) => store.remove(keyOf(5)),
    "a document that is over there now": (store) => {
      store.write(keyOf(290), { a: "gone" });
      store.write(keyOf(291), { a: "alive", more: 1 });
    },
    "a whole chunk": (store) => {
      for (let number = 0; number < 256; number++) {
        store.write(keyOf(number), { a: "gone" });
      }
    },
    "the last chunk, whose numbers are given again": (store) => {
      for (let number = 256; number < 300; number++) {
        store.remove(keyOf(number));
      }
      store.index.catchUp();
      for (let number = 400; number < 420; number++) {
        store.write(keyOf(number), { a: number % 2 === 0 ? "alive" : "gone" });
      }
    },
  };
  for (const [what, change] of Object.entries(changes)) {
    // The last one is after everything was read.
    for (const at of [0, 14, LAST_TURN]) {
      using store = await IndexedDocuments.open();
      for (let number = 0; number < 300; number++) {
        store.write(keyOf(number), { a: number % 3 === 0 ? "gone" : "Alive" });
      }
      const { keys, total, turns } = await find(store, MANY, (turn) => {
        if (turn === at) change(store);
      });
      const shown = `${what}, in turn ${at}`;
      assert.ok(turns > LAST_TURN, shown);
      assert.deepEqual(keys, store.evaluate(MANY), shown);
      assert.equal(total, keys.length, shown);
    }
  }
});

Deno.test("SearchIndex.searchInSlices lets others have their turn", async () => {
  using store = await IndexedDocuments.open();
  for (let number = 0; number < 300; number++) {
    store.write(keyOf(number), { a: "alive" });
  }
  let others = 0;
  const timer = setInterval(() => others++, 0);
  const { turns } = await find(store, MANY);
  clearInterval(timer);
  assert.ok(others >= turns / 4, `${others} of ${turns}`);
});

Deno.test("SearchIndex.searchInSlices gives up what takes too long", async () => {
  using store = await IndexedDocuments.open();
  store.write(keyOf(1), { a: "alive" });
  const clauses = Array.from({ length: 20 }, (_, number) => ({
    wildcard: { a: `*${number}*` },
  }));
  const query = parseQuery({ query: { bool: { should: clauses } } });
  const signal = new AbortController().signal;
  await assert.rejects(
    store.index.searchInSlices(query, PAGE, {
      clock: hastyClock(1000),
      signal,
    }),
    {
      name: "SearchTooLongError",
      message:
        "the search takes more than 10 seconds of work; ask with fewer " +
        "clauses, and with patterns that do not start with '*'",
    },
  );
});

Deno.test("SearchIndex.searchInSlices ends when nobody waits for it any more", async () => {
  using store = await IndexedDocuments.open();
  store.write(keyOf(1), { a: "alive" });
  const leaving = new AbortController();
  const searching = store.index.searchInSlices(MANY, PAGE, {
    clock: hastyClock(),
    signal: leaving.signal,
  });
  leaving.abort(new TypeError("gone"));
  await assert.rejects(searching, { name: "TypeError", message: "gone" });
});
