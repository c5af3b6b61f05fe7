import assert from "node:assert/strict";
import type { Json } from "../../src/base/mod.ts";
import { findReferences } from "../../src/commands/repl/find_references.ts";
import { References } from "../../src/commands/repl/references.ts";
import { chooseView, formatReference } from "../../src/terminal/mod.ts";

const A = "aaaaaaaa-0000-4000-8000-000000000001";
const B = "bbbbbbbb-0000-4000-8000-000000000002";
const C = "cccccccc-0000-4000-8000-000000000003";
const V1 = "2018-01-01T000000.000000Z";
const V2 = "2019-02-02T000000.000000Z";

function uuid(n: number): string {
  return `dddddddd-0000-4000-8000-${String(n).padStart(12, "0")}`;
}

const SEARCH: Json = {
  es_query: { query: { match: { uuid: C } } },
  total_hits: 2,
  results: [
    { bundle_fqid: `${A}.${V1}`, bundle_url: "x", search_score: null },
    { bundle_fqid: `${B}.${V2}`, bundle_url: "x", search_score: null },
  ],
};
const BUNDLE: Json = {
  bundle: {
    uuid: A,
    version: V1,
    creator_uid: 1,
    files: [
      { uuid: B, version: V1, name: "b.json", size: 1 },
      { uuid: C, version: V2, name: "c.json", size: 2 },
    ],
  },
};

/** Answers, what they name, `$1`… and `$_`. */
const ANSWERS: [
  name: string,
  answer: Json,
  found: string[],
  items: (string | undefined)[],
  last: string | undefined,
][] = [
  [
    "POST /search",
    SEARCH,
    [`bundle ${A}.${V1}`, `bundle ${B}.${V2}`],
    [`${A}.${V1}`, `${B}.${V2}`],
    `${A}.${V1}`,
  ],
  [
    "GET /bundles/{uuid}",
    BUNDLE,
    [`bundle ${A}.${V1}`, `file ${B}.${V1}`, `file ${C}.${V2}`],
    [`${B}.${V1}`, `${C}.${V2}`],
    `${A}.${V1}`,
  ],
  [
    "GET /bundles/all",
    { bundles: [{ uuid: B, version: V1 }], has_more: false },
    [`bundle ${B}.${V1}`],
    [`${B}.${V1}`],
    `${B}.${V1}`,
  ],
  [
    "GET /collections",
    { collections: [{ uuid: B, version: V1 }] },
    [`collection ${B}.${V1}`],
    [`${B}.${V1}`],
    `${B}.${V1}`,
  ],
  [
    "GET /collections/{uuid}",
    {
      name: "n",
      contents: [
        { type: "file", uuid: A, version: V1 },
        { type: "bundle", uuid: B, version: V2 },
        { type: "cell_suspension", uuid: C, version: V2, fragment: "/x" },
      ],
    },
    [`file ${A}.${V1}`, `bundle ${B}.${V2}`, `other ${C}.${V2}`],
    [`${A}.${V1}`, `${B}.${V2}`, `${C}.${V2}`],
    `${A}.${V1}`,
  ],
  [
    "PUT /collections",
    { uuid: A, version: V1 },
    [`other ${A}.${V1}`],
    [],
    `${A}.${V1}`,
  ],
  [
    "GET /subscriptions",
    { subscriptions: [{ uuid: A, replica: "aws", es_query: { uuid: C } }] },
    [`subscription ${A}`],
    [A],
    A,
  ],
  [
    "POST /bundles/{uuid}/checkout",
    { checkout_job_id: B },
    [`checkout ${B}`],
    [],
    B,
  ],
  [
    "GET /events",
    {
      event_streams: [{
        journal_id: "x",
        events: [{ event_id: `${A}.${V1}`, timestamp: V1, size: 1 }],
      }],
    },
    [`bundle ${A}.${V1}`],
    [undefined],
    `${A}.${V1}`,
  ],
  [
    "GET /events/{uuid}",
    {
      event_type: "CREATE",
      bundle_info: { uuid: A, version: V1 },
      manifest: { files: [{ uuid: B, version: V2 }] },
    },
    [`bundle ${A}.${V1}`, `file ${B}.${V2}`],
    [],
    `${A}.${V1}`,
  ],
  [
    "a list that a query made",
    [`${A}.${V1}`, "x", B],
    [`bundle ${A}.${V1}`, `other ${B}`],
    [`${A}.${V1}`, undefined, B],
    `${A}.${V1}`,
  ],
  [
    "objects that a query made",
    [{ id: `${A}.${V1}`, organ: "brain" }],
    [`bundle ${A}.${V1}`],
    [`${A}.${V1}`],
    `${A}.${V1}`,
  ],
  ["no version", { uuid: A, version: "1" }, [`other ${A}`], [], A],
  ["no identifiers", { uuid: "../x", a: ["$(b).c"] }, [], [], undefined],
  ["text", "text", [], [], undefined],
  ["null", null, [], [], undefined],
];

for (const [name, answer, found, items, last] of ANSWERS) {
  Deno.test(`findReferences finds ${found.length} in ${name}`, () => {
    assert.deepEqual(
      findReferences(answer).map((reference) =>
        `${reference.kind} ${formatReference(reference)}`
      ),
      found,
    );
  });

  Deno.test(`References number ${items.length} in ${name}`, () => {
    const references = new References();
    references.add(answer);
    assert.equal(references.itemCount, items.length);
    assert.deepEqual(
      items.map((_, index) => references.text(index + 1)),
      items,
    );
    assert.equal(references.text(0), undefined);
    assert.equal(references.text(items.length + 1), undefined);
    assert.equal(references.last, last);
  });

  Deno.test(`chooseView shows the numbers of References in ${name}`, () => {
    const references = new References();
    references.add(answer);
    const lines = chooseView(answer, { width: 200 });
    const numbered = lines.flatMap((line) => /^ *\$(\d+) /.exec(line) ?? [])
      .filter((text) => /^\d+$/.test(text)).map(Number);
    const expected = items.flatMap((item, index) =>
      item === undefined ? [] : [index + 1]
    );
    // A list of texts is no table.
    const isTable = Array.isArray(answer)
      ? typeof answer[0] === "object"
      : true;
    assert.deepEqual(numbered, isTable ? expected : []);
    for (const number of numbered) {
      const { uuid } = references.reference(number) ?? {};
      const row = lines.find((line) =>
        line.trimStart().startsWith(`$${number} `)
      );
      // The files of a bundle are shown by name.
      if (references.reference(number)?.kind === "file" && answer === BUNDLE) {
        assert.match(row ?? "", number === 1 ? /b\.json/ : /c\.json/);
      } else assert.ok(row?.includes(uuid ?? "-"), row);
    }
  });
}

Deno.test("findReferences stops at its limit, and looks at a bounded part", () => {
  const bundles = Array.from(
    { length: 5000 },
    (_, n) => ({ uuid: uuid(n), version: V1 }),
  );
  assert.equal(findReferences({ bundles }).length, 1000);
  assert.equal(findReferences({ bundles }, 10).at(-1)?.uuid, uuid(9));
  const late = { uuid: A };
  const filler = (length: number): Json[] => new Array(length).fill(0);
  assert.equal(findReferences([...filler(1000), late]).length, 1);
  assert.equal(findReferences([...filler(200_000), late]).length, 0);
  let deep: Json = late;
  for (let level = 0; level < 50_000; level++) deep = [deep];
  assert.equal(findReferences(deep).length, 0);
});

Deno.test("References know any item of a long answer, and remember 1000 of it", () => {
  const references = new References();
  references.add({
    results: Array.from(
      { length: 100_000 },
      (_, n) => ({ bundle_fqid: `${uuid(n)}.${V1}` }),
    ),
  });
  assert.equal(references.itemCount, 100_000);
  assert.equal(references.text(100_000), `${uuid(99_999)}.${V1}`);
  assert.equal(references.list().length, 1000);
});

Deno.test("References find the list at the content key", () => {
  const references = new References();
  references.add({ a: { list: [{ uuid: A }], b: [{ uuid: B }] } }, "a.list");
  assert.equal(references.text(1), A);
});

Deno.test("References take $_ from what was used last, and number only the newest answer", () => {
  const references = new References();
  references.add(SEARCH);
  references.use(`${B}.${V2}`);
  assert.equal(references.last, `${B}.${V2}`);
  references.use("--replica");
  references.use("aws");
  assert.equal(references.last, `${B}.${V2}`);
  references.add({ status: "RUNNING" });
  assert.equal(references.last, `${B}.${V2}`);
  assert.equal(references.itemCount, 0);
  assert.equal(references.text(1), undefined);
  references.add(BUNDLE);
  assert.equal(references.last, `${A}.${V1}`);
});

Deno.test("References list what was seen, newest first, each once", () => {
  const references = new References();
  references.remember([{ kind: "bundle", uuid: C, version: V1 }]);
  references.add(SEARCH);
  references.use(`${C}.${V1}`);
  const texts = (filter?: Parameters<References["list"]>[0]) =>
    references.list(filter).map(formatReference);
  assert.deepEqual(texts(), [`${C}.${V1}`, `${A}.${V1}`, `${B}.${V2}`]);
  assert.deepEqual(texts({ limit: 1 }), [`${C}.${V1}`]);
  assert.deepEqual(texts({ prefix: "bbb" }), [`${B}.${V2}`]);
  references.add({ subscriptions: [{ uuid: A }] });
  references.use(A);
  assert.deepEqual(texts({ kind: "subscription" }), [A]);
});

Deno.test("References remember 10000 things, the newest", () => {
  const references = new References();
  for (let page = 0; page < 12; page++) {
    references.remember(
      Array.from({ length: 1000 }, (_, n) => ({
        kind: "bundle" as const,
        uuid: uuid(page * 1000 + n),
        version: V1,
      })),
    );
  }
  assert.equal(references.list().length, 10_000);
  assert.equal(references.list()[0]?.uuid, uuid(11_000));
  assert.equal(references.list().at(-1)?.uuid, uuid(2999));
  assert.equal(references.list({ prefix: uuid(2999) }).length, 1);
});
