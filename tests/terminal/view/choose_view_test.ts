import assert from "node:assert/strict";
import { isPrintable, type Json } from "../../../src/base/mod.ts";
import {
  answerItems,
  chooseView,
  displayWidth,
} from "../../../src/terminal/mod.ts";
import { ends } from "../../support/ends.ts";

const MODULE = new URL("../../../src/terminal/mod.ts", import.meta.url);
const A = "aaaaaaaa-0000-4000-8000-000000000001";
const B = "bbbbbbbb-0000-4000-8000-000000000002";
const V1 = "2018-01-01T000000.000000Z";
const V2 = "2019-02-02T000000.000000Z";

function hit(fqid: string): Json {
  return { bundle_fqid: fqid, bundle_url: "http://x/", search_score: null };
}

function manyHits(count: number): Json[] {
  return Array.from(
    { length: count },
    (_, n) =>
      hit(`aaaaaaaa-0000-4000-8000-${String(n).padStart(12, "0")}.${V1}`),
  );
}

Deno.test("chooseView() shows the results of a search as a numbered table", () => {
  const answer = {
    es_query: { query: {} },
    results: [hit(`${A}.${V1}`), hit(`${B}.${V2}`)],
    total_hits: 1234,
  };
  assert.deepEqual(chooseView(answer, { width: 80 }), [
    "found  2 of 1234 bundles",
    "",
    "    bundle",
    `$1  ${A}.${V1}`,
    `$2  ${B}.${V2}`,
  ]);
  const none = { es_query: {}, results: [], total_hits: 0 };
  assert.deepEqual(chooseView(none, { width: 80 }), ["found  0 bundles"]);
  const one = { results: [hit(`${A}.${V1}`)], total_hits: 1 };
  assert.equal(chooseView(one, { width: 80 })[0], "found  1 bundle");
});

Deno.test("chooseView() counts the documents that came with the results", () => {
  const fqid = { bundle_fqid: `${A}.${V1}` };
  const answer = { results: [{ ...fqid, metadata: { a: {}, b: {} } }] };
  assert.deepEqual(chooseView(answer, { width: 100 }).slice(2), [
    `    ${"bundle".padEnd(62)}  metadata`,
    `$1  ${A}.${V1}  {2 keys}`,
  ]);
});

Deno.test("chooseView() shows GET /bundles/all, and whether there are more", () => {
  const answer = {
    bundles: [{ uuid: A, version: V1 }],
    has_more: true,
    page_count: 1,
    search_after: "x",
    object: "list",
  };
  assert.deepEqual(chooseView(answer, { width: 80, contentKey: "bundles" }), [
    "bundles  1, and there are more",
    "",
    `    ${"uuid".padEnd(36)}  version`,
    `$1  ${A}  ${V1}`,
  ]);
});

const FILES: Json[] = [
  {
    uuid: A,
    version: V1,
    name: "a\x1b[2J.json",
    size: 1536,
    indexed: true,
    "content-type": "application/json",
    sha1: "0".repeat(40),
  },
  {
    uuid: B,
    version: V2,
    name: "r1.fastq.gz",
    size: 3 * 1024 ** 3,
    indexed: false,
  },
];

Deno.test("chooseView() shows a bundle: what it is, its size, its files", () => {
  const answer = { bundle: { uuid: B, version: V2, files: FILES } };
  for (const contentKey of [null, "bundle.files"]) {
    assert.deepEqual(chooseView(answer, { width: 80, contentKey }), [
      `bundle   ${B}`,
      `version  ${V2}`,
      "files    2, 3.0 GiB",
      "",
      "    name                size  type              indexed",
      "$1  a\\u{1b}[2J.json  1.5 KiB  application/json  yes",
      "$2  r1.fastq.gz      3.0 GiB",
    ]);
  }
  const empty = { bundle: { uuid: B, version: V2, files: [] } };
  assert.equal(chooseView(empty, { width: 80 }).at(-1), "files    0");
});

Deno.test("chooseView() shows a collection with its contents", () => {
  const answer = {
    name: "mine\x1b[2J",
    description: "d",
    details: { a: 1 },
    contents: [{ type: "bundle", uuid: A, version: V1 }],
    owner: "me@example.org",
  };
  assert.deepEqual(chooseView(answer, { width: 80 }), [
    "name         mine\\u{1b}[2J",
    "description  d",
    "owner        me@example.org",
    "details      {1 key}",
    "contents     1 item",
    "",
    `    type    ${"uuid".padEnd(36)}  version`,
    `$1  bundle  ${A}  ${V1}`,
  ]);
});

Deno.test("chooseView() shows other lists of like objects as a table, without numbers if they have no identifier", () => {
  const answer = {
    fruits: [{ name: "apple", n: 1 }, { name: "fig", n: 22 }],
    ok: true,
  };
  assert.deepEqual(chooseView(answer, { width: 80 }), [
    "fruits  2",
    "ok      true",
    "",
    "name    n",
    "apple   1",
    "fig    22",
  ]);
  assert.deepEqual(chooseView(answer.fruits, { width: 80 }), [
    "name    n",
    "apple   1",
    "fig    22",
  ]);
});

Deno.test("chooseView() shows as JSON what is no table", () => {
  const answers: Json[] = [
    [1, 2],
    [{ a: 1, b: 2, c: 3 }, { d: 1, e: 2, f: 3 }],
    [{ a: 1 }, "x"],
    { a: [{ b: 1 }], c: { d: 1 } },
    { results: [] },
    {},
    "text",
    null,
  ];
  for (const answer of answers) {
    const text = chooseView(answer, { width: 80 }).join("\n");
    assert.deepEqual(JSON.parse(text), answer);
  }
});

Deno.test("chooseView() fits the height and says what is not shown", () => {
  const answer = { results: manyHits(100), total_hits: 100 };
  const lines = chooseView(answer, { width: 80, height: 10 });
  assert.equal(lines.length, 10);
  assert.match(lines[8] ?? "", /^ *\$6 {2}a/);
  assert.equal(lines[9], "… 94 more (last shows all)");
  const exact = { results: manyHits(7), total_hits: 7 };
  assert.match(
    chooseView(exact, { width: 80, height: 10 }).at(-1) ?? "",
    /^\$7 {2}a/,
  );
});

Deno.test("chooseView() has colours only when asked to", () => {
  const answer = { results: manyHits(2), total_hits: 2 };
  const plain = chooseView(answer, { width: 80 });
  assert.ok(plain.every(isPrintable));
  assert.deepEqual(chooseView(answer, { width: 80, hasColor: true }), [
    "\x1b[1mfound\x1b[0m  2 bundles",
    "",
    "\x1b[1m    bundle\x1b[0m",
    ...plain.slice(3),
  ]);
});

Deno.test("chooseView() fits any width", () => {
  const answers: Json[] = [
    { results: manyHits(3), total_hits: 3 },
    { bundle: { uuid: B, version: V2, files: FILES } },
    { name: "漢".repeat(50), contents: [{ uuid: A, 漢: "漢字".repeat(9) }] },
    { subscriptions: [{ uuid: A, owner: "x".repeat(99), es_query: {} }] },
  ];
  for (const answer of answers) {
    for (const width of [1, 2, 5, 20, 40, 80]) {
      for (const line of chooseView(answer, { width })) {
        assert.ok(displayWidth(line) <= width, `${width}: ${line}`);
      }
    }
  }
});

Deno.test("chooseView() takes linear time for 100000 results", async () => {
  const answer = { results: manyHits(100_000), total_hits: 100_000 };
  const [lines] = await ends(MODULE, "chooseView", [answer, { width: 80 }]);
  assert.ok(Array.isArray(lines));
  assert.equal(lines.length, 100_003);
});

Deno.test("chooseView() looks only at the results that it shows", () => {
  const looked = new Set<string | symbol>();
  const results = new Proxy(manyHits(100_000), {
    get(hits, key) {
      looked.add(key);
      return Reflect.get(hits, key);
    },
  });
  const answer = { results, total_hits: 100_000 };
  assert.equal(chooseView(answer, { width: 80, height: 24 }).length, 24);
  assert.ok(looked.size < 50, `${looked.size} of them`);
});

Deno.test("answerItems() prefers what the content key says", () => {
  const answer = { a: { b: [1, 2] }, results: [3] };
  assert.deepEqual(answerItems(answer, "a.b").items, [1, 2]);
  assert.deepEqual(answerItems(answer).items, [3]);
  assert.equal(answerItems(answer, "a.b").key, "b");
});
