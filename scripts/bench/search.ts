// deno-lint-ignore-file no-console -- a script speaks to its reader
/**
 * Measures searches in an embedded DSS with many bundles, and prints tables
 * for `docs/local-api.md`:
 *
 *     deno run --allow-all scripts/bench/search.ts [--compare] [NUMBER…]
 *
 * Numbers are how many bundles there are; 10,000 and 100,000 unless said.
 * `--compare` measures other ways to search, with the first number.
 *
 * @module
 */

import type { Json } from "../../src/base/mod.ts";
import { matchDocument, parseQuery } from "../../src/server/search/mod.ts";
import type { DocumentKey } from "../../src/server/search_index/mod.ts";
import { formatTable } from "./report_text.ts";
import { compareWays } from "./search_alternatives.ts";
import { type DocumentMaker, makeDocuments } from "./search_documents.ts";
import { BenchStore, milliseconds, PAGE, SPECIMEN } from "./search_store.ts";
import { formatCount, formatSize, short } from "./units.ts";

// So many bundles are written one by one, each in a transaction of its own.
const SINGLE_WRITES = 500;
const READ_ONE_BY_ONE = 1000;

const SUSPENSION = "files.cell_suspension_json";
const SUSPENSION_ID = `${SUSPENSION}.biomaterial_core.biomaterial_id`;
const DESCRIPTION = "files.project_json.project_core.project_description";
const TERM: Json = { term: { [`${SPECIMEN}.organ.text`]: "pancreas" } };

const QUERIES: Record<string, Json> = {
  "term, a third of all": TERM,
  "bool of three clauses": {
    bool: {
      must: [
        { term: { [`${SUSPENSION}.genus_species.text`]: "homo sapiens" } },
        { match: { "files.donor_organism_json.sex": "female" } },
      ],
      must_not: [{ term: { admin_deleted: true } }],
    },
  },
  "range of dates": {
    range: {
      [`${SUSPENSION}.provenance.submission_date`]: {
        gte: "2018-01-01",
        lt: "2018-06-01",
      },
    },
  },
  "range of numbers": {
    range: { [`${SUSPENSION}.estimated_cell_count`]: { lt: 10_000 } },
  },
  "prefix": { prefix: { [SUSPENSION_ID]: "cells_d19" } },
  "wildcard": { wildcard: { [SUSPENSION_ID]: "*d19?*" } },
  "wildcard over every file's SHA-256": {
    wildcard: { "manifest.files.sha256": "*abcdef*" },
  },
  "a word": {
    match: {
      [`${SUSPENSION}.biomaterial_core.biomaterial_name.text`]: "islet",
    },
  },
  "a phrase": {
    match_phrase: { [`${DESCRIPTION}.text`]: "invented stem cell line" },
  },
  "match_all": { match_all: {} },
};

if (import.meta.main) await main();

async function main(): Promise<void> {
  const numbers = Deno.args.filter((word) => /^\d+$/.test(word)).map(Number);
  const [first = 10_000, ...others] = numbers;
  const rest = numbers.length > 0 ? others : [100_000];
  const make = await makeDocuments();
  if (Deno.args.includes("--compare")) {
    console.log(await inDirectory((path) => compareWays(path, make, first)));
    return;
  }
  for (const count of [first, ...rest]) {
    console.log(await inDirectory((path) => measure(path, make, count)));
  }
}

async function inDirectory(
  work: (directory: string) => Promise<string>,
): Promise<string> {
  const directory = await Deno.makeTempDir({ prefix: "hca-bench-search-" });
  try {
    return await work(directory);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

async function measure(
  directory: string,
  make: DocumentMaker,
  count: number,
): Promise<string> {
  using store = await BenchStore.open(directory);
  store.write(make, 0, count);
  const documents = store.sizeBytes;
  const beganAt = performance.now();
  await store.index.catchUp();
  const seconds = (performance.now() - beganAt) / 1000;
  const index = store.sizeBytes - documents;
  const putMs = measurePuts(store, make, count);
  const queries = Object.entries({
    "term, one bundle": oneOf(make),
    ...QUERIES,
  })
    .map(([what, query]) => measureQuery(store, what, query));
  const bytes = (total: number) => [
    formatSize(total),
    formatSize(Math.round(total / count)),
  ];
  return [
    `### ${formatCount(count)} bundles`,
    "",
    formatTable(["", "all", "a bundle"], [
      ["documents", ...bytes(documents)],
      ["their index", ...bytes(index)],
      [
        "indexing a store that has no index",
        `${short(seconds)} s`,
        `${short(1000 * seconds / count)} ms`,
      ],
      ["indexing each bundle as it comes", "", `${short(putMs)} ms`],
    ]),
    "",
    formatTable(["query", "hits", "first page, ms", "last page, ms"], queries),
    "",
    `Reading every document instead: ${
      short(measureReading(store, count))
    } s for each page.`,
    "",
  ].join("\n");
}

function oneOf(make: DocumentMaker): Json {
  const { manifest } = JSON.parse(make(7).text);
  return { term: { "manifest.files.sha256": manifest.files[0].sha256 } };
}

/** What indexing adds to a transaction that writes a bundle. */
function measurePuts(
  store: BenchStore,
  make: DocumentMaker,
  count: number,
): number {
  const eachMs = (from: number, isIndexed: boolean) => {
    const made = Array.from(
      { length: SINGLE_WRITES },
      (_, at) => make(from + at),
    );
    const beganAt = performance.now();
    for (const document of made) {
      store.database.transaction(() => {
        store.add(document);
        if (isIndexed) store.index.put(document, JSON.parse(document.text));
      });
    }
    return (performance.now() - beganAt) / SINGLE_WRITES;
  };
  const indexedMs = eachMs(count, true);
  const plainMs = eachMs(count + SINGLE_WRITES, false);
  store.database.execute(`DELETE FROM bundles WHERE id > ${count}`);
  return indexedMs - plainMs;
}

function measureQuery(store: BenchStore, what: string, given: Json): string[] {
  const query = parseQuery({ query: given });
  const { index } = store;
  const { totalHits } = index.search(query, { limit: PAGE });
  let after: DocumentKey | undefined;
  if (totalHits > PAGE) {
    const limit = totalHits - PAGE;
    after = index.search(query, { limit }).hits.at(-1);
  }
  const first = milliseconds(() => index.search(query, { limit: PAGE }));
  const last = milliseconds(() => index.search(query, { limit: PAGE, after }));
  return [what, formatCount(totalHits), short(first), short(last)];
}

/** Seconds that it takes to read every document, by those of a sample. */
function measureReading({ database }: BenchStore, count: number): number {
  const query = parseQuery({ query: TERM });
  const sample = Math.min(READ_ONE_BY_ONE, count);
  const statement = database.prepare("SELECT document FROM documents LIMIT ?");
  const ms = milliseconds(() =>
    statement.all(sample).filter(({ document }) =>
      matchDocument(query, JSON.parse(String(document)), "")
    )
  );
  return ms / sample * count / 1000;
}
