import { type Database, toHex } from "../../src/base/mod.ts";
import { visitKeys } from "../../src/server/search_index/document_keys.ts";
import {
  encodeKey,
  KIND,
  makeKey,
} from "../../src/server/search_index/posting_key.ts";
import { parseQuery } from "../../src/server/search/mod.ts";
import { formatTable } from "./report_text.ts";
import type { DocumentMaker } from "./search_documents.ts";
import { BenchStore, milliseconds, PAGE, SPECIMEN } from "./search_store.ts";
import { formatCount, formatSize, short } from "./units.ts";

const PATH = `${SPECIMEN}.organ.text`;
const WANTED = "pancreas";
const JSON_PATH = "$.files.specimen_from_organism_json[0].organ.text";

/** A way to find the bundles with a value. */
interface Way {
  name: string;
  /** Makes what it needs of all documents. */
  build: (store: BenchStore) => void | Promise<void>;
  /** The condition on `bundles b`; undefined: through the index itself. */
  condition?: () => string;
}

/** Builds and asks each way, with the same documents and the same question. */
export async function compareWays(
  directory: string,
  make: DocumentMaker,
  count: number,
): Promise<string> {
  using store = await BenchStore.open(directory);
  store.write(make, 0, count);
  const rows: string[][] = [];
  for (const way of WAYS) {
    const before = store.sizeBytes;
    const beganAt = performance.now();
    await way.build(store);
    const eachMs = (performance.now() - beganAt) / count;
    const bytes = (store.sizeBytes - before) / count;
    const search = () => searchBy(store, way.condition?.());
    const total = formatCount(search());
    const ms = short(milliseconds(search));
    rows.push([
      way.name,
      formatSize(Math.round(bytes)),
      short(eachMs),
      total,
      ms,
    ]);
  }
  return [
    `### Ways to find a value in ${formatCount(count)} bundles`,
    "",
    formatTable(["way", "a bundle", "ms a bundle", "hits", "search, ms"], rows),
  ].join("\n");
}

/** Counts all hits and reads the first page of them. */
function searchBy(store: BenchStore, condition: string | undefined): number {
  const { database, index } = store;
  if (condition === undefined) {
    const query = parseQuery({ query: { term: { [PATH]: WANTED } } });
    return index.search(query, { limit: PAGE }).totalHits;
  }
  database.prepare(
    `SELECT uuid, version FROM bundles b WHERE ${condition}
     ORDER BY uuid DESC, version DESC LIMIT ${PAGE}`,
  ).all();
  const row = database
    .prepare(`SELECT count(*) AS n FROM bundles b WHERE ${condition}`).get();
  return Number(row?.n);
}

const WAYS: Way[] = [
  {
    name: "JSON functions over every document",
    build: () => {},
    condition: () =>
      `(SELECT lower(document ->> '${JSON_PATH}') FROM documents
        WHERE bundle_id = b.id) = '${WANTED}'`,
  },
  {
    name: "an index on this one JSON path, without arrays",
    build: ({ database }) =>
      database.execute(
        `CREATE INDEX organs ON documents (lower(document ->> '${JSON_PATH}'))`,
      ),
    condition: () =>
      `b.id IN (SELECT bundle_id FROM documents
        WHERE lower(document ->> '${JSON_PATH}') = '${WANTED}')`,
  },
  {
    name: "FTS5: a token for each value; no content, `detail=none`",
    build: buildFullText,
    condition: () =>
      `b.id IN (SELECT rowid FROM full_text
        WHERE full_text MATCH '${wantedToken()}')`,
  },
  {
    name: "a row for each value of each bundle",
    build: buildRows,
    condition: () =>
      `b.id IN (SELECT bundle_id FROM value_rows
        WHERE path = ${pathNumber(PATH)} AND value = x'${wantedValue()}')`,
  },
  {
    name: "the index: a row for each value of 256 bundles",
    build: ({ index }) => index.catchUp(),
  },
];

const pathNumbers = new Map<unknown, number>();

function pathNumber(path: unknown): number {
  const number = pathNumbers.get(path) ?? pathNumbers.size;
  pathNumbers.set(path, number);
  return number;
}

function wantedValue(): string {
  return toHex(encodeKey(makeKey(KIND.term, { text: WANTED })).value);
}

function wantedToken(): string {
  return `p${pathNumber(PATH)}x${wantedValue()}`;
}

function buildFullText({ database }: BenchStore): void {
  database.execute(
    `CREATE VIRTUAL TABLE full_text USING fts5(tokens, content='', detail=none,
       tokenize=ascii, contentless_delete=1)`,
  );
  const insert = database
    .prepare("INSERT INTO full_text (rowid, tokens) VALUES (?, ?)");
  inBatches(database, (id, keys) => {
    const tokens = keys.map(({ path, value }) => `p${path}x${toHex(value)}`);
    insert.run(id, [...new Set(tokens)].join(" "));
  });
}

function buildRows({ database }: BenchStore): void {
  database.execute(
    `CREATE TABLE value_rows (path INTEGER, value BLOB, bundle_id INTEGER,
       PRIMARY KEY (path, value, bundle_id)) WITHOUT ROWID`,
  );
  const insert = database
    .prepare("INSERT OR IGNORE INTO value_rows VALUES (?, ?, ?)");
  inBatches(database, (id, keys) => {
    for (const { path, value } of keys) insert.run(path, value, id);
  });
}

/** Goes through all documents, 256 in a transaction as the index does. */
function inBatches(
  database: Database,
  add: (id: number, keys: { path: number; value: Uint8Array }[]) => void,
): void {
  const statement = database.prepare(
    "SELECT * FROM documents WHERE bundle_id > ? ORDER BY bundle_id LIMIT 256",
  );
  for (let last = 0;;) {
    const rows = statement.all(last);
    if (rows.length === 0) return;
    database.transaction(() => {
      for (const row of rows) {
        const keys: { path: number; value: Uint8Array }[] = [];
        visitKeys(JSON.parse(String(row.document)), "", (path, key) => {
          keys.push({ path: pathNumber(path), value: encodeKey(key).value });
        });
        add(last = Number(row.bundle_id), keys);
      }
    });
  }
}
