import assert from "node:assert/strict";
import {
  type Json,
  NotFoundError,
  RefusedError,
  UsageError,
} from "../../src/base/mod.ts";
import {
  type AuthMode,
  type RawRequest,
  ServiceClient,
} from "../../src/services/mod.ts";
import { ApiDocument } from "../../src/swagger/mod.ts";
import { FakeClock } from "../support/fake_clock.ts";
import { MemoryFiles } from "../support/memory_files.ts";
import { createMemoryLog } from "../support/memory_log.ts";
import { createNodeHash } from "../support/node_hash.ts";
import {
  jsonAnswer,
  type ScriptedAnswer,
  scriptedFetch,
} from "../support/scripted_fetch.ts";

const BASE = "https://dss.test/v1";

function createCase(script: ScriptedAnswer[], scheme = "https") {
  const scripted = scriptedFetch(script);
  const document: Json = {
    swagger: "2.0",
    host: "dss.test",
    basePath: "/v1",
    schemes: [scheme],
    paths: {
      "/closed": { get: { security: [{ a: [] }] } },
      "/open": { get: {} },
      "/things/{id}": {
        get: {},
        put: { security: [{ a: [] }] },
      },
      "/things/all": { get: { security: [{ a: [] }] } },
    },
  };
  let asked = 0;
  const client = new ServiceClient({
    runtime: {
      fetch: scripted.fetch,
      clock: new FakeClock({ skips: (delayMs) => delayMs < 10_000 }),
      random: () => 0,
      files: new MemoryFiles(),
      createHash: createNodeHash,
      log: createMemoryLog().log,
    },
    document: new ApiDocument(document, `${BASE}/swagger.json`),
    userAgent: "test/1",
    accessToken: () => Promise.resolve(`t${++asked}`),
  });
  return { client, ...scripted };
}

/** Raw requests, and what is sent: request line and body. */
const SENT: [raw: RawRequest, request: string, body: string][] = [
  [{ method: "GET", path: "/a/b" }, `GET ${BASE}/a/b`, ""],
  [{ method: "GET", path: "/" }, `GET ${BASE}/`, ""],
  [
    {
      method: "GET",
      path: "/a?x=1",
      query: [["y", "a b&c"], ["y", ""], ["x", "2"]],
    },
    `GET ${BASE}/a?x=1&y=a+b%26c&y=&x=2`,
    "",
  ],
  [{ method: "GET", path: "/a b/é" }, `GET ${BASE}/a%20b/%C3%A9`, ""],
  [
    { method: "POST", path: "/a", body: { b: [1, "é"] } },
    `POST ${BASE}/a`,
    '{"b": [1, "\\u00e9"]}',
  ],
  [{ method: "PUT", path: "/a", body: null }, `PUT ${BASE}/a`, "null"],
  [{ method: "DELETE", path: "/a" }, `DELETE ${BASE}/a`, ""],
];

for (const [raw, request, body] of SENT) {
  Deno.test(`ServiceClient.send sends ${request} ${body}`, async () => {
    const { client, requests, done } = createCase([{
      request,
      answer: new Response("answer"),
    }]);
    const response = await client.send(raw);
    done();
    assert.equal(await response.text(), "answer");
    const [sent] = requests;
    assert.equal(sent?.body, body);
    assert.equal(
      sent?.headers["content-type"],
      body === "" ? undefined : "application/json",
    );
    assert.equal(sent?.headers["user-agent"], "test/1");
    assert.equal(sent?.headers.accept, "*/*");
    // The document has none of these.
    assert.equal(sent?.headers.authorization, undefined);
  });
}

for (
  const path of [
    "",
    "a",
    "//evil.test/",
    "https://evil.test/",
    "@evil.test/",
    ".evil.test/",
    "?a",
    "/../admin",
    "/a/../../admin",
    "/%2e%2e/admin",
    "/..",
    "/\\..\\..\\admin",
  ]
) {
  Deno.test(`ServiceClient.send refuses the path '${path}'`, async () => {
    const { client, requests } = createCase([]);
    await assert.rejects(
      client.send({ method: "GET", path }),
      (error) =>
        error instanceof UsageError &&
        error.message === `'${path}' is not a path; it begins with one '/' ` +
            "and stays below the service's address",
    );
    assert.deepEqual(requests, []);
  });
}

Deno.test("ServiceClient.send lets header fields be added and replaced", async () => {
  const { client, requests } = createCase([{
    request: `GET ${BASE}/a`,
    answer: new Response(),
  }]);
  const headers = { accept: "text/csv", "x-trace": "t" };
  await client.send({ method: "GET", path: "/a", headers });
  assert.equal(requests[0]?.headers.accept, "text/csv");
  assert.equal(requests[0]?.headers["x-trace"], "t");
});

/** Method and path, the mode, and whether the token is sent. */
const SECURED: [method: string, path: string, auth: AuthMode, sent: boolean][] =
  [
    ["GET", "/closed", "document", true],
    ["GET", "/closed?x=1", "document", true],
    ["GET", "/%63losed", "document", true],
    ["GET", "/open/../closed", "document", true],
    ["HEAD", "/closed", "document", true],
    ["POST", "/closed", "document", false],
    ["GET", "/open", "document", false],
    ["GET", "/closed/more", "document", false],
    ["GET", "/open?path=/closed", "document", false],
    ["GET", "/things/1", "document", false],
    ["PUT", "/things/1", "document", true],
    ["GET", "/things/all", "document", true],
    ["GET", "/unknown", "document", false],
    ["GET", "/unknown", "always", true],
    ["GET", "/open", "always", true],
    ["GET", "/closed", "never", false],
  ];

for (const [method, path, auth, sent] of SECURED) {
  Deno.test(`ServiceClient.send ${method} ${path} ${sent ? "has" : "is without"} the token with auth ${auth}`, async () => {
    const { client, requests } = createCase([{
      request: `${method} ${new URL(BASE + path).href}`,
      answer: new Response(),
    }]);
    await client.send({ method, path, auth });
    const expected = sent ? "Bearer t1" : undefined;
    assert.equal(requests[0]?.headers.authorization, expected);
  });
}

Deno.test("ServiceClient.send sends no token over plain http", async () => {
  const { client, requests } = createCase([{
    request: "GET http://dss.test/v1/closed",
    answer: new Response(),
  }], "http");
  await assert.rejects(
    client.send({ method: "GET", path: "/closed" }),
    (error) =>
      error instanceof RefusedError &&
      error.message === "the token is not sent to dss.test over plain http",
  );
  assert.deepEqual(requests, []);
  await client.send({ method: "GET", path: "/closed", auth: "never" });
});

Deno.test("ServiceClient.send throws the error that an answer stands for", async () => {
  const { client } = createCase([{
    request: `GET ${BASE}/a`,
    answer: jsonAnswer({ code: "c", title: "t" }, { status: 404 }),
  }]);
  await assert.rejects(
    client.send({ method: "GET", path: "/a" }),
    (error) => error instanceof NotFoundError && error.answer?.code === "c",
  );
});

Deno.test("ServiceClient.pagesFrom begins with the answer that is there, and asks for the others", async () => {
  const link = (page: number) => `<${BASE}/a?page=${page}>; rel="next"`;
  const { client, requests, done } = createCase([
    {
      request: `POST ${BASE}/a?q=1`,
      answer: jsonAnswer({ results: [1] }, { headers: { link: link(2) } }),
    },
    {
      request: `POST ${BASE}/a?page=2`,
      answer: jsonAnswer({ results: [2] }, { headers: { link: link(3) } }),
    },
    {
      request: `POST ${BASE}/a?page=3`,
      answer: jsonAnswer({ results: [] }),
    },
  ]);
  const raw: RawRequest = {
    method: "POST",
    path: "/a",
    query: [["q", "1"]],
    body: { es_query: {} },
    auth: "always",
  };
  const first = await client.send(raw);
  const pages: Json[][] = [];
  for await (const page of client.pagesFrom(raw, first)) pages.push(page.items);
  done();
  assert.deepEqual(pages, [[1], [2], []]);
  for (const { body, headers } of requests) {
    assert.equal(body, '{"es_query": {}}');
    assert.match(headers.authorization ?? "", /^Bearer t\d$/);
  }
});

Deno.test("ServiceClient.pagesFrom refuses a page on another host, with the token kept", async () => {
  const { client, requests } = createCase([{
    request: `GET ${BASE}/a`,
    answer: jsonAnswer({ results: [1] }, {
      headers: { link: '<https://evil.test/a>; rel="next"' },
    }),
  }]);
  const raw: RawRequest = { method: "GET", path: "/a", auth: "always" };
  const pages = client.pagesFrom(raw, await client.send(raw));
  await assert.rejects(
    Array.fromAsync(pages),
    (error) =>
      error instanceof RefusedError &&
      /leads to another host/.test(error.message),
  );
  assert.equal(requests.length, 1);
});

Deno.test("ServiceClient asks for the token anew for each request, and not for open ones", async () => {
  const { client, requests } = createCase([
    { request: `GET ${BASE}/closed`, answer: jsonAnswer({}) },
    { request: `GET ${BASE}/open`, answer: jsonAnswer({}) },
    { request: `GET ${BASE}/closed`, answer: jsonAnswer({}) },
  ]);
  for (const name of ["get_closed", "get_open", "get_closed"]) {
    await client.call(name);
  }
  assert.deepEqual(
    requests.map(({ headers }) => headers.authorization),
    ["Bearer t1", undefined, "Bearer t2"],
  );
});
