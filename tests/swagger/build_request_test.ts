import assert from "node:assert/strict";
import { type Json, parseJson } from "../../src/base/mod.ts";
import {
  type Arguments,
  buildRequest,
  type OperationRequest,
} from "../../src/swagger/mod.ts";
import { onlyOperation, swagger2 } from "./_document_case.ts";

const BASE = "https://dss.test/v1";

function build(paths: unknown, args: Arguments): OperationRequest {
  return buildRequest(onlyOperation(swagger2(paths)), BASE, args);
}

const FILES = {
  "/files/{uuid}": {
    get: {
      parameters: [
        { name: "uuid", in: "path" },
        { name: "version", in: "query" },
        { name: "replica", in: "query" },
        { name: "X-Foo", in: "header" },
      ],
    },
  },
};

Deno.test("buildRequest puts each argument in its place, in the document's order", () => {
  assert.deepEqual(
    build(FILES, {
      "X-Foo": "é",
      "replica": "aws",
      "version": "2019-08-01T200147.836832Z",
      "uuid": "u",
      "unknown": "x",
    }),
    {
      method: "GET",
      url: `${BASE}/files/u?version=2019-08-01T200147.836832Z&replica=aws`,
      headers: { "accept": "*/*", "X-Foo": "é" },
    },
  );
});

// value of the path parameter, path part
const PARTS: [string, string][] = [
  ["a b", "a%20b"],
  ["a/b", "a%2Fb"],
  ["../x", "..%2Fx"],
  ["...", "..."],
  ["a?b#c&d=e", "a%3Fb%23c%26d%3De"],
  ["é日😀", "%C3%A9%E6%97%A5%F0%9F%98%80"],
  ["%2e%2e", "%252e%252e"],
  ["$&", "%24%26"],
  ["{uuid}", "%7Buuid%7D"],
  ["\ud800", "%EF%BF%BD"],
  ["\n", "%0A"],
];

for (const [value, part] of PARTS) {
  Deno.test(`buildRequest writes the path part ${part}`, () => {
    const { url } = build(FILES, { uuid: value });
    assert.equal(url, `${BASE}/files/${part}`);
    // What is sent stays below /files/.
    assert.equal(new URL(url).pathname, `/v1/files/${part}`);
  });
}

for (const value of [".", ".."]) {
  Deno.test(`buildRequest refuses '${value}' as a path part, which would change the path`, () => {
    assert.throws(() => build(FILES, { uuid: value }), {
      name: "UsageError",
      code: "usage",
      message: `uuid cannot be '${value}'`,
    });
  });
}

for (const value of ["a\nb: c", "日", "\0", "\x7f"]) {
  Deno.test(`buildRequest refuses the header value ${JSON.stringify(value)}`, () => {
    assert.throws(() => build(FILES, { uuid: "u", "X-Foo": value }), {
      name: "UsageError",
      message: /^X-Foo cannot be '.*': it is sent as an HTTP header$/,
    });
  });
}

// arguments, query
const QUERIES: [Arguments, string][] = [
  [{}, ""],
  [{ version: null }, ""],
  [{ version: undefined }, ""],
  [{ version: "" }, "?version="],
  [{ version: "", replica: "" }, "?version=&replica="],
  [{ version: "a b&c=d+é/" }, "?version=a+b%26c%3Dd%2B%C3%A9%2F"],
  [{ version: 0 }, "?version=0"],
  [{ version: false }, "?version=false"],
  [{ version: ["a", "b", 1] }, "?version=a&version=b&version=1"],
  [{ version: [] }, ""],
  [{ version: { a: 1 } }, "?version=%7B%22a%22%3A+1%7D"],
  [{ version: parseJson("1.0") }, "?version=1.0"],
];

for (const [args, query] of QUERIES) {
  Deno.test(`buildRequest writes the query '${query}' of ${JSON.stringify(args)}`, () => {
    const { url } = build(FILES, { uuid: "u", ...args });
    assert.equal(url, `${BASE}/files/u${query}`);
  });
}

const SEARCH = {
  "/search": {
    post: {
      parameters: [
        { name: "replica", in: "query" },
        {
          name: "b",
          in: "body",
          schema: {
            properties: { es_query: { type: "object" }, n: {}, x: {} },
          },
        },
      ],
    },
  },
};

// arguments, body
const BODIES: [Arguments, string][] = [
  [{}, "{}"],
  [{ es_query: null, replica: "aws" }, "{}"],
  [{ es_query: {} }, '{"es_query": {}}'],
  [{ x: false, n: 0 }, '{"n": 0, "x": false}'],
  [{ x: "", n: [] }, '{"n": [], "x": ""}'],
  [{ n: { deep: null } }, '{"n": {"deep": null}}'],
  [{ n: parseJson("9007199254740993") }, '{"n": 9007199254740993}'],
];

for (const [args, body] of BODIES) {
  Deno.test(`buildRequest sends the body ${body}`, () => {
    const request = build(SEARCH, args);
    assert.equal(request.body, body);
    assert.equal(request.headers["content-type"], "application/json");
    assert.equal(request.method, "POST");
  });
}

Deno.test("buildRequest sends no body when the operation has none", () => {
  const request = build(FILES, { uuid: "u" });
  assert.equal("body" in request, false);
  assert.equal(request.headers["content-type"], undefined);
});

Deno.test("buildRequest sends body properties whatever their name", () => {
  const schema = parseJson('{"properties":{"__proto__":{},"constructor":{}}}');
  const paths = {
    "/a": { post: { parameters: [{ name: "b", in: "body", schema }] } },
  };
  assert.equal(build(paths, {}).body, "{}");
  const args = parseJson('{"__proto__":{"a":1}}') as Record<string, Json>;
  assert.equal(build(paths, args).body, '{"__proto__": {"a": 1}}');
});

const BARS = {
  "/bars/{a}/{b}": {
    get: {
      parameters: [{ name: "a", in: "path" }, { name: "b", in: "path" }],
    },
  },
  "/bars/{a}": { get: { parameters: [{ name: "a", in: "path" }] } },
};

// arguments, path
const VARIANTS: [Arguments, string][] = [
  [{ a: "1" }, "/bars/1"],
  [{ a: "1", b: null }, "/bars/1"],
  [{ a: "1", b: "2" }, "/bars/1/2"],
  [{ a: "{b}", b: "2" }, "/bars/%7Bb%7D/2"],
];

for (const [args, path] of VARIANTS) {
  Deno.test(`buildRequest picks the path ${path} by the parameters supplied`, () => {
    assert.equal(build(BARS, args).url, `${BASE}${path}`);
    const reversed = Object.fromEntries(Object.entries(BARS).reverse());
    assert.equal(build(reversed, args).url, `${BASE}${path}`);
  });
}

for (const args of [{}, { b: "2" }, { a: null }]) {
  Deno.test(`buildRequest refuses ${JSON.stringify(args)}, which fills no path`, () => {
    assert.throws(() => build(BARS, args), {
      name: "UsageError",
      message: "get_bars needs these path parameters: a and b, or a",
    });
  });
}
