import assert from "node:assert/strict";
import { type Page, readPages } from "../../src/http/mod.ts";
import {
  jsonAnswer,
  type ScriptedAnswer,
  scriptedFetch,
} from "../support/scripted_fetch.ts";
import { createCase, rejection } from "./_client_case.ts";

const URL_1 = "https://dss.test/v1/x?replica=aws";

function page(
  value: unknown,
  next?: string,
  headers: Record<string, string> = {},
): Response {
  return jsonAnswer(value, {
    status: next === undefined ? 200 : 206,
    headers: {
      ...(next !== undefined && { link: `<${next}>; rel='next'` }),
      ...headers,
    },
  });
}

/** All pages, and the error that ended them, if any. */
function readAll(
  lines: ScriptedAnswer[],
  request: { method?: string; body?: string } = {},
) {
  const script = scriptedFetch(lines);
  const { client } = createCase(script.fetch);
  const pages: Page[] = [];
  const read = async () => {
    for await (
      const page of readPages(client, { method: "GET", url: URL_1, ...request })
    ) pages.push(page);
  };
  return { script, pages, read };
}

Deno.test("readPages follows next links unchanged until there is none", async () => {
  const next = "https://dss.test/v1/x?search_after=a,b&token=None&token=";
  const { script, pages, read } = readAll([
    { request: `GET ${URL_1}`, answer: page({ results: [1, 2] }, next) },
    {
      request: `GET ${next}`,
      answer: page({ results: [3] }, "/v1/x?replica=aws&p=3"),
    },
    {
      request: "GET https://dss.test/v1/x?replica=aws&p=3",
      answer: page({ results: [] }),
    },
  ]);
  await read();
  script.done();
  assert.deepEqual(pages.map((p) => p.items), [[1, 2], [3], []]);
  assert.deepEqual(pages.map((p) => p.contentKey), Array(3).fill("results"));
  assert.deepEqual(pages.map((p) => p.response.status), [206, 206, 200]);
  assert.deepEqual(pages[0]?.body, { results: [1, 2] });
});

Deno.test("readPages follows a link on a 200 as well", async () => {
  const { script, pages, read } = readAll([
    {
      request: `GET ${URL_1}`,
      answer: jsonAnswer({ results: [1] }, {
        headers: { link: "<?p=2>; rel=next" },
      }),
    },
    {
      request: "GET https://dss.test/v1/x?p=2",
      answer: page({ results: [2] }),
    },
  ]);
  await read();
  script.done();
  assert.equal(pages.length, 2);
});

Deno.test("readPages repeats method, headers and body for each page", async () => {
  const { script, read } = readAll([
    { request: `POST ${URL_1}`, answer: page({ results: [1] }, "?p=2") },
    {
      request: "POST https://dss.test/v1/x?p=2",
      answer: page({ results: [] }),
    },
  ], { method: "POST", body: '{"es_query":{}}' });
  await read();
  script.done();
  assert.deepEqual(
    script.requests.map((request) => request.body),
    ['{"es_query":{}}', '{"es_query":{}}'],
  );
});

// content key, body, items
const KEYS: [string, unknown, unknown[]][] = [
  ["results", { results: [1] }, [1]],
  ["bundle.files", { bundle: { files: [1, 2] } }, [1, 2]],
  ["a.b.c", { a: { b: { c: [1] } } }, [1]],
  ["bundle.files", { bundle: {} }, []],
  ["bundle.files", { "bundle.files": [1] }, []],
  ["bundles", { bundles: { not: "a list" } }, []],
  ["bundles", [1], []],
  ["bundles", null, []],
  ["__proto__", {}, []],
  ["constructor.name", {}, []],
];

for (const [key, body, items] of KEYS) {
  Deno.test(`readPages finds the items of ${JSON.stringify(body)} at ${key}`, async () => {
    const { pages, read } = readAll([{
      request: `GET ${URL_1}`,
      answer: page(body, undefined, {
        "X-OpenAPI-Paginated-Content-Key": key,
      }),
    }]);
    await read();
    assert.deepEqual(pages[0]?.items, items);
    assert.equal(pages[0]?.contentKey, key);
  });
}

Deno.test("readPages asks for a page only when it is wanted", async () => {
  const script = scriptedFetch([
    { request: `GET ${URL_1}`, answer: page({ results: [1] }, "?p=2") },
  ]);
  const { client } = createCase(script.fetch);
  for await (
    const { items } of readPages(client, { method: "GET", url: URL_1 })
  ) {
    assert.deepEqual(items, [1]);
    break;
  }
  script.done();
});

Deno.test("readPages gives every page before it refuses a circle", async () => {
  const { script, pages, read } = readAll([
    {
      request: `GET ${URL_1}`,
      answer: page({ results: [1] }, "?p=2&token=SECRET"),
    },
    {
      request: "GET https://dss.test/v1/x?p=2&token=SECRET",
      answer: page({ results: [2] }, URL_1),
    },
  ]);
  const error = await rejection(read());
  script.done();
  assert.equal(error.name, "RefusedError");
  assert.equal(
    error.message,
    `a page of the answer leads back to a page that was already read (${URL_1})`,
  );
  assert.equal(pages.length, 2);
});

Deno.test("readPages refuses a page that leads to itself", async () => {
  const { script, pages, read } = readAll([
    { request: `GET ${URL_1}`, answer: page({ results: [1] }, URL_1) },
  ]);
  assert.equal((await rejection(read())).name, "RefusedError");
  script.done();
  assert.equal(pages.length, 1);
});

for (
  const next of [
    "https://evil.test/v1/x?token=SECRET",
    "https://dss.test:444/v1/x",
    "http://dss.test/v1/x",
    "//evil.test/x",
    "file:///etc/passwd",
  ]
) {
  Deno.test(`readPages refuses to go on at ${next}`, async () => {
    const { script, pages, read } = readAll([
      { request: `GET ${URL_1}`, answer: page({ results: [1] }, next) },
    ]);
    const error = await rejection(read());
    script.done();
    assert.equal(error.name, "RefusedError");
    assert.match(
      error.message,
      /^a page of the answer leads to another host \(/,
    );
    assert.doesNotMatch(error.message, /SECRET/);
    assert.equal(pages.length, 1);
  });
}

Deno.test("readPages refuses a page that is not JSON, without showing secrets", async () => {
  const next = "?p=2&token=SECRET";
  const { script, pages, read } = readAll([
    { request: `GET ${URL_1}`, answer: page({ results: [1] }, next) },
    {
      request: `GET https://dss.test/v1/x${next}`,
      answer: new Response("<html>login</html>"),
    },
  ]);
  const error = await rejection(read());
  script.done();
  assert.equal(error.name, "RefusedError");
  assert.match(
    error.message,
    /^the answer of https:\/\/dss\.test\/v1\/x\?p=2&token=\*\*\* is not valid JSON: /,
  );
  assert.equal(pages.length, 1);
});

Deno.test("readPages passes on the error of a later page", async () => {
  const { script, pages, read } = readAll([
    { request: `GET ${URL_1}`, answer: page({ results: [1] }, "?p=2") },
    {
      request: "GET https://dss.test/v1/x?p=2",
      answer: jsonAnswer({ code: "not_found" }, { status: 404 }),
    },
  ]);
  assert.equal((await rejection(read())).name, "NotFoundError");
  script.done();
  assert.equal(pages.length, 1);
});

Deno.test("readPages ends an answer of endlessly many pages", async () => {
  let asked = 0;
  const { client } = createCase(() => {
    asked++;
    return Promise.resolve(page({ results: [asked] }, `?p=${asked}`));
  }, { policy: { pages: 100 } });
  const items: unknown[] = [];
  const error = await rejection((async () => {
    const pages = readPages(client, { method: "GET", url: URL_1 });
    for await (const page of pages) items.push(...page.items);
  })());
  assert.equal(error.name, "RefusedError");
  assert.match(error.message, /^a page of the answer leads on after 100 pages/);
  assert.equal(items.length, 100);
  assert.equal(asked, 100);
});
