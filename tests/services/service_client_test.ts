import assert from "node:assert/strict";
import {
  type Json,
  NotFoundError,
  RefusedError,
  ServiceError,
  UsageError,
} from "../../src/base/mod.ts";
import { ServiceClient } from "../../src/services/mod.ts";
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

const uuidInPath = {
  name: "uuid",
  in: "path",
  required: true,
  type: "string",
};
const inQuery = (name: string) => ({ name, in: "query", type: "string" });

const SWAGGER: Json = {
  swagger: "2.0",
  host: "dss.test",
  basePath: "/v1",
  schemes: ["https"],
  paths: {
    "/search": {
      post: {
        parameters: [inQuery("replica"), {
          name: "json_request_body",
          in: "body",
          schema: {
            type: "object",
            properties: { es_query: { type: "object" } },
          },
        }],
        responses: { 200: {}, 206: {} },
      },
    },
    "/files/{uuid}": {
      head: { parameters: [uuidInPath], responses: { 200: {} } },
      get: {
        parameters: [uuidInPath, inQuery("version"), {
          name: "X-Trace",
          in: "header",
          type: "string",
        }],
        responses: { 302: {} },
      },
    },
    "/bundles/{uuid}/checkout": {
      post: { parameters: [uuidInPath], responses: { 200: {} } },
    },
    "/bundles/all": {
      get: { parameters: [inQuery("per_page")], responses: { 206: {} } },
    },
  },
};

const OPEN_API: Json = {
  openapi: "3.0.1",
  servers: [{
    url: "https://{stage}.auth.test/base/",
    variables: { stage: { default: "dev" } },
  }],
  paths: {
    "/v1/user": {
      post: {
        requestBody: {
          content: {
            "application/json": {
              schema: {
                type: "object",
                properties: { user_id: { type: "string" } },
              },
            },
          },
        },
        responses: { 201: {} },
      },
    },
  },
};

function createCase(
  script: ScriptedAnswer[],
  { document = SWAGGER, userAgent }: { document?: Json; userAgent?: string } =
    {},
) {
  const scripted = scriptedFetch(script);
  const clock = new FakeClock({
    skips: (delayMs) => delayMs !== 60_000 && delayMs !== 40_000,
  });
  const client = new ServiceClient({
    runtime: {
      fetch: scripted.fetch,
      clock,
      random: () => 0,
      files: new MemoryFiles(),
      createHash: createNodeHash,
      log: createMemoryLog().log,
    },
    document: new ApiDocument(document, "https://dss.test/v1/swagger.json"),
    userAgent,
  });
  return { client, ...scripted };
}

Deno.test("ServiceClient knows the operations and the address of a Swagger 2.0 document", () => {
  const { client } = createCase([]);
  assert.deepEqual([...client.operations.keys()], [
    "post_search",
    "head_file",
    "get_file",
    "post_bundles_checkout",
    "get_bundles_all",
  ]);
  assert.equal(client.baseUrl, "https://dss.test/v1");
});

Deno.test("ServiceClient.call sends to the server of an OpenAPI 3 document", async () => {
  const given = createCase([{
    request: "POST https://dev.auth.test/base/v1/user",
    answer: jsonAnswer({ created: true }, { status: 201 }),
  }], { document: OPEN_API });
  assert.deepEqual(await given.client.call("post_v1_user", { user_id: "é" }), {
    created: true,
  });
  given.done();
  // Python's json.dumps: ASCII, a space after the colon.
  assert.equal(given.requests[0]?.body, '{"user_id": "\\u00e9"}');
  assert.equal(given.requests[0]?.headers["content-type"], "application/json");
});

Deno.test("ServiceClient.call places arguments and names the program", async () => {
  const given = createCase([{
    request: "GET https://dss.test/v1/files/a%2Fb?version=",
    answer: jsonAnswer(null),
  }], { userAgent: "hca/1.2.3" });
  const answer = await given.client.call(
    "get_file",
    { uuid: "a/b", version: "", "X-Trace": "t", unknown: "x" },
    { headers: { "x-more": "m" } },
  );
  assert.equal(answer, null);
  given.done();
  const sent = given.requests[0]?.headers;
  assert.equal(sent?.["user-agent"], "hca/1.2.3");
  assert.equal(sent["x-trace"], "t");
  assert.equal(sent["x-more"], "m");
});

Deno.test("ServiceClient.call gives JSON parsed, whatever its exact type", async () => {
  for (
    const type of [
      "application/json",
      "application/problem+json; charset=utf-8",
    ]
  ) {
    const given = createCase([{
      request: "GET https://dss.test/v1/files/u",
      answer: new Response('{"a": [1, "x"]}', {
        headers: { "content-type": type },
      }),
    }]);
    assert.deepEqual(await given.client.call("get_file", { uuid: "u" }), {
      a: [1, "x"],
    });
  }
});

Deno.test("ServiceClient.call gives bytes when the answer does not say it is JSON", async () => {
  for (
    const headers of [{ "content-type": "text/html" }, {}, {
      "content-type": "application/jsonlines",
    }] as Record<string, string>[]
  ) {
    const given = createCase([{
      request: "GET https://dss.test/v1/files/u",
      answer: new Response(new Uint8Array([123, 0, 255]), { headers }),
    }]);
    assert.deepEqual(
      await given.client.call("get_file", { uuid: "u" }),
      new Uint8Array([123, 0, 255]),
    );
  }
});

Deno.test("ServiceClient.call refuses an answer that says it is JSON and is not", async () => {
  const given = createCase([{
    request: "GET https://dss.test/v1/files/u",
    answer: new Response("<html>", {
      headers: { "content-type": "application/json" },
    }),
  }]);
  await assert.rejects(
    given.client.call("get_file", { uuid: "u" }),
    (error) =>
      error instanceof RefusedError &&
      error.message.startsWith("the answer of get_file is not valid JSON: "),
  );
});

Deno.test("ServiceClient.call gives status and headers of a HEAD request", async () => {
  const given = createCase([{
    request: "HEAD https://dss.test/v1/files/u",
    answer: new Response(null, {
      headers: { "X-DSS-SHA256": "ab", "content-type": "application/json" },
    }),
  }]);
  assert.deepEqual(await given.client.call("head_file", { uuid: "u" }), {
    status: 200,
    headers: { "x-dss-sha256": "ab", "content-type": "application/json" },
  });
});

Deno.test("ServiceClient.stream gives the answer with its body unread", async () => {
  let pulled = 0;
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      pulled++;
      controller.enqueue(new Uint8Array(10));
    },
  }, { highWaterMark: 0 });
  const given = createCase([{
    request: "GET https://dss.test/v1/files/u",
    answer: new Response(body),
  }]);
  const response = await given.client.stream("get_file", { uuid: "u" });
  assert.equal(response.status, 200);
  assert.equal(pulled, 0);
  await response.body?.cancel();
});

const page = (results: number[], next?: string) =>
  jsonAnswer(
    { results },
    next === undefined ? {} : {
      headers: {
        link: `<https://dss.test/v1/bundles/all?${next}>; rel="next"`,
      },
    },
  );

Deno.test("ServiceClient.pages and items follow the pages", async () => {
  const script = (): ScriptedAnswer[] => [
    {
      request: "GET https://dss.test/v1/bundles/all?per_page=10",
      answer: page([1, 2], "token=a"),
    },
    {
      request: "GET https://dss.test/v1/bundles/all?token=a",
      answer: page([3]),
    },
  ];
  const args = { per_page: 10 };
  const paged = createCase(script());
  const pages = await Array.fromAsync(
    paged.client.pages("get_bundles_all", args),
  );
  assert.deepEqual(pages.map(({ items }) => items), [[1, 2], [3]]);
  paged.done();
  const itemized = createCase(script());
  assert.deepEqual(
    await Array.fromAsync(itemized.client.items("get_bundles_all", args)),
    [1, 2, 3],
  );
  itemized.done();
});

Deno.test("ServiceClient.items asks for the next page only when it is wanted", async () => {
  const given = createCase([{
    request: "GET https://dss.test/v1/bundles/all",
    answer: page([1, 2], "token=a"),
  }]);
  for await (const item of given.client.items("get_bundles_all")) {
    if (item === 2) break;
  }
  given.done();
});

Deno.test("ServiceClient repeats a paged POST, page after page, with its body", async () => {
  const first = "POST https://dss.test/v1/search?replica=aws";
  const second = "POST https://dss.test/v1/search?search_after=x";
  const given = createCase([
    { request: first, answer: new Response("busy", { status: 503 }) },
    {
      request: first,
      answer: jsonAnswer({ results: ["a"] }, {
        headers: {
          link: "<https://dss.test/v1/search?search_after=x>; rel='next'",
        },
      }),
    },
    { request: second, answer: new Response("busy", { status: 503 }) },
    { request: second, answer: jsonAnswer({ results: ["b"] }) },
  ]);
  const items = given.client.items("post_search", {
    replica: "aws",
    es_query: {},
  });
  assert.deepEqual(await Array.fromAsync(items), ["a", "b"]);
  given.done();
  assert.deepEqual(
    given.requests.map(({ body }) => body),
    Array(4).fill('{"es_query": {}}'),
  );
});

Deno.test("ServiceClient sends a POST that is not paged only once", async () => {
  const given = createCase([{
    request: "POST https://dss.test/v1/bundles/u/checkout",
    answer: new Response("busy", { status: 503 }),
  }]);
  await assert.rejects(
    given.client.call("post_bundles_checkout", { uuid: "u" }),
    (error) => error instanceof ServiceError && error.answer?.status === 503,
  );
  given.done();
});

Deno.test("ServiceClient throws what a service answers as an error", async () => {
  const given = createCase([{
    request: "GET https://dss.test/v1/files/u",
    answer: jsonAnswer({ code: "not_found", title: "Cannot find file!" }, {
      status: 404,
    }),
  }]);
  await assert.rejects(
    given.client.call("get_file", { uuid: "u" }),
    (error) =>
      error instanceof NotFoundError && error.answer?.code === "not_found",
  );
});

Deno.test("ServiceClient names its operations when one is not known", async () => {
  const { client, done } = createCase([]);
  for (const name of ["get_nothing", "constructor", "toString", ""]) {
    await assert.rejects(client.call(name), (error) => {
      assert.ok(error instanceof UsageError);
      assert.equal(
        error.message,
        `the service https://dss.test/v1 has no operation '${name}'`,
      );
      assert.equal(
        error.hint,
        "It has post_search, head_file, get_file, post_bundles_checkout, " +
          "get_bundles_all.",
      );
      return true;
    });
  }
  await assert.rejects(
    client.call("get_file"),
    (error) =>
      error instanceof UsageError &&
      error.message === "get_file needs these path parameters: uuid",
  );
  done();
});
