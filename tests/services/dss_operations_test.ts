import assert from "node:assert/strict";
import {
  AuthError,
  CancelledError,
  type Json,
  NotFoundError,
  RefusedError,
  UsageError,
} from "../../src/base/mod.ts";
import { DssClient, type DssOperations } from "../../src/services/mod.ts";
import { ApiDocument } from "../../src/swagger/mod.ts";
import { DSS_DOCUMENT } from "../support/dss_document.ts";
import { FakeClock } from "../support/fake_clock.ts";
import { MemoryFiles } from "../support/memory_files.ts";
import { createMemoryLog } from "../support/memory_log.ts";
import { createNodeHash } from "../support/node_hash.ts";
import {
  jsonAnswer,
  neverAnswers,
  type ScriptedAnswer,
  scriptedFetch,
} from "../support/scripted_fetch.ts";

const BASE = "https://dss.data.humancellatlas.org/v1";
const UUID = "ffffaf55-f19c-40e3-aa81-a6c69d357265";
const VERSION = "2019-08-01T200147.836832Z";
const STAMP = "version=2019-08-01T200147.836832Z";

function createCase(script: ScriptedAnswer[], document: Json = DSS_DOCUMENT) {
  const scripted = scriptedFetch(script);
  const client = new DssClient({
    runtime: {
      fetch: scripted.fetch,
      clock: new FakeClock({ skips: (delayMs) => delayMs < 10_000 }),
      random: () => 0,
      files: new MemoryFiles(),
      createHash: createNodeHash,
      log: createMemoryLog().log,
    },
    document: new ApiDocument(document, `${BASE}/swagger.json`),
    accessToken: () => Promise.resolve("t0ken"),
  });
  return { client, ...scripted };
}

const item = { type: "file", uuid: UUID, version: VERSION };
const file = { uuid: UUID, version: VERSION, name: "a.json", indexed: true };

/** A call, and what is sent: request line, JSON body, whether with a token. */
const CALLS: [
  call: (client: DssOperations) => Promise<unknown>,
  request: string,
  body: Json | undefined,
  isSecured?: boolean,
][] = [
  [
    (dss) =>
      dss.postSearch({
        replica: "aws",
        esQuery: { query: { match_all: {} } },
        outputFormat: "raw",
        perPage: 10,
        searchAfter: `${UUID},${VERSION}`,
      }),
    `POST /search?output_format=raw&replica=aws&per_page=10&search_after=${UUID}%2C${VERSION}`,
    { es_query: { query: { match_all: {} } } },
  ],
  [
    (dss) => dss.postSearch({ replica: "gcp", esQuery: {} }),
    "POST /search?replica=gcp",
    { es_query: {} },
  ],
  [
    (dss) =>
      dss.putFile({
        uuid: UUID,
        version: VERSION,
        sourceUrl: "s3://bucket/key",
        creatorUid: 0,
      }),
    `PUT /files/${UUID}?${STAMP}`,
    { source_url: "s3://bucket/key", creator_uid: 0 },
    true,
  ],
  [
    (dss) =>
      dss.getSubscriptions({
        replica: "aws",
        subscriptionType: "elasticsearch",
      }),
    "GET /subscriptions?replica=aws&subscription_type=elasticsearch",
    undefined,
    true,
  ],
  [
    (dss) =>
      dss.putSubscription({
        replica: "aws",
        callbackUrl: "https://me.test/",
        jmespathQuery: "a == `1`",
        method: "PUT",
        encoding: "multipart/form-data",
        formFields: { a: "b" },
        payloadFormField: "payload",
        hmacSecretKey: "secret",
        hmacKeyId: "id",
        attachments: { a: { type: "jmespath", expression: "b" } },
      }),
    "PUT /subscriptions?replica=aws",
    {
      jmespath_query: "a == `1`",
      callback_url: "https://me.test/",
      method: "PUT",
      encoding: "multipart/form-data",
      form_fields: { a: "b" },
      payload_form_field: "payload",
      hmac_secret_key: "secret",
      hmac_key_id: "id",
      attachments: { a: { type: "jmespath", expression: "b" } },
    },
    true,
  ],
  [
    (dss) => dss.getSubscription({ uuid: UUID, replica: "aws" }),
    `GET /subscriptions/${UUID}?replica=aws`,
    undefined,
    true,
  ],
  [
    (dss) =>
      dss.deleteSubscription({
        uuid: UUID,
        replica: "aws",
        subscriptionType: "jmespath",
      }),
    `DELETE /subscriptions/${UUID}?replica=aws&subscription_type=jmespath`,
    undefined,
    true,
  ],
  [
    (dss) => dss.getCollections(),
    "GET /collections",
    undefined,
    true,
  ],
  [
    (dss) => dss.getCollections({ perPage: 500, startAt: 0 }),
    "GET /collections?per_page=500&start_at=0",
    undefined,
    true,
  ],
  [
    (dss) =>
      dss.putCollection({
        uuid: UUID,
        replica: "aws",
        version: VERSION,
        name: "n",
        description: "d",
        details: {},
        contents: [item],
      }),
    `PUT /collections?replica=aws&uuid=${UUID}&${STAMP}`,
    { name: "n", description: "d", details: {}, contents: [item] },
    true,
  ],
  [
    (dss) => dss.getCollection({ uuid: UUID, replica: "aws" }),
    `GET /collections/${UUID}?replica=aws`,
    undefined,
    true,
  ],
  [
    (dss) =>
      dss.patchCollection({
        uuid: UUID,
        replica: "aws",
        version: VERSION,
        addContents: [item],
        removeContents: [],
        name: "n",
      }),
    `PATCH /collections/${UUID}?replica=aws&${STAMP}`,
    { add_contents: [item], remove_contents: [], name: "n" },
    true,
  ],
  [
    (dss) => dss.deleteCollection({ uuid: UUID, replica: "gcp" }),
    `DELETE /collections/${UUID}?replica=gcp`,
    undefined,
    true,
  ],
  [
    (dss) =>
      dss.getBundlesAll({
        replica: "aws",
        prefix: "ff",
        token: "t",
        perPage: 10,
        searchAfter: "s",
      }),
    "GET /bundles/all?replica=aws&prefix=ff&token=t&per_page=10&search_after=s",
    undefined,
  ],
  [
    (dss) =>
      dss.putBundle({
        uuid: UUID,
        version: VERSION,
        replica: "aws",
        files: [file],
        creatorUid: 8008,
      }),
    `PUT /bundles/${UUID}?${STAMP}&replica=aws`,
    { files: [file], creator_uid: 8008 },
    true,
  ],
  [
    (dss) =>
      dss.patchBundle({
        uuid: UUID,
        version: VERSION,
        replica: "aws",
        addFiles: [file],
      }),
    `PATCH /bundles/${UUID}?replica=aws&${STAMP}`,
    { add_files: [file] },
    true,
  ],
  [
    (dss) => dss.deleteBundle({ uuid: UUID, replica: "aws", reason: "old" }),
    `DELETE /bundles/${UUID}?replica=aws`,
    { reason: "old" },
    true,
  ],
  [
    (dss) => dss.postBundlesCheckout({ uuid: UUID, replica: "aws" }),
    `POST /bundles/${UUID}/checkout?replica=aws`,
    {},
  ],
  [
    (dss) =>
      dss.postBundlesCheckout({
        uuid: UUID,
        replica: "aws",
        version: VERSION,
        destination: "bucket",
        email: "me@me.test",
      }),
    `POST /bundles/${UUID}/checkout?${STAMP}&replica=aws`,
    { email: "me@me.test", destination: "bucket" },
  ],
  [
    (dss) => dss.getBundlesCheckout({ replica: "aws", checkoutJobId: UUID }),
    `GET /bundles/checkout/${UUID}?replica=aws`,
    undefined,
  ],
  [
    (dss) =>
      dss.getEvents({
        replica: "aws",
        fromDate: VERSION,
        toDate: VERSION,
        perPage: 1,
        token: "t",
      }),
    `GET /events?from_date=${VERSION}&to_date=${VERSION}&replica=aws&per_page=1&token=t`,
    undefined,
  ],
  [
    (dss) => dss.getEvent({ uuid: UUID, version: VERSION, replica: "aws" }),
    `GET /events/${UUID}?${STAMP}&replica=aws`,
    undefined,
  ],
];

for (const [call, request, body, isSecured = false] of CALLS) {
  Deno.test(`DssClient sends ${request} ${body === undefined ? "" : "with a body"}`, async () => {
    const [method, target] = request.split(" ");
    const answer = { answer: request };
    const { client, requests, done } = createCase([{
      request: `${method} ${BASE}${target}`,
      answer: jsonAnswer(answer),
    }]);
    const result = await call(client);
    done();
    assert.deepEqual(
      result,
      request.startsWith("DELETE /sub") || method !== "DELETE"
        ? answer
        : undefined,
    );
    const [sent] = requests;
    assert.deepEqual(
      sent?.body === "" ? undefined : JSON.parse(sent?.body ?? ""),
      body,
    );
    assert.equal(
      sent?.headers.authorization,
      isSecured ? "Bearer t0ken" : undefined,
    );
  });
}

Deno.test("DssClient has a method for every operation of the document", () => {
  const { client } = createCase([]);
  const methods = new Set<string>();
  for (
    let layer: unknown = Object.getPrototypeOf(client);
    layer !== null;
    layer = Object.getPrototypeOf(layer)
  ) {
    for (const name of Object.getOwnPropertyNames(layer)) methods.add(name);
  }
  const missing = [...client.operations.keys()].filter((name) =>
    !methods.has(
      name.replace(/_([a-z])/g, (_whole, letter) => letter.toUpperCase()),
    )
  );
  assert.deepEqual(missing, []);
});

Deno.test("DssClient.headFile gives the status and the header fields", async () => {
  const { client, done } = createCase([{
    request: `HEAD ${BASE}/files/${UUID}?replica=aws`,
    answer: new Response(null, { headers: { "X-DSS-SIZE": "7" } }),
  }]);
  const { status, headers } = await client.headFile({
    uuid: UUID,
    replica: "aws",
  });
  done();
  assert.equal(status, 200);
  assert.equal(headers["x-dss-size"], "7");
});

Deno.test("DssClient.getFile gives the answer with its body unread", async () => {
  const { client, done } = createCase([{
    request: `GET ${BASE}/files/${UUID}?replica=aws&directurl=true&` +
      "content_disposition=inline",
    answer: new Response("bytes", { headers: { "content-type": "text/x" } }),
  }]);
  const response = await client.getFile({
    uuid: UUID,
    replica: "aws",
    directurl: true,
    contentDisposition: "inline",
  });
  done();
  assert.equal(response.bodyUsed, false);
  assert.equal(await response.text(), "bytes");
});

/** The pages of a paged operation, as a script. */
function pagesOf(
  first: string,
  key: string,
  pages: Json[][],
): ScriptedAnswer[] {
  return pages.map((items, at) => {
    const [method, target = ""] = first.split(" ");
    const url = at === 0 ? `${BASE}${target}` : `${BASE}/page/${at}`;
    const next = `<${BASE}/page/${at + 1}>; rel="next"`;
    return {
      request: `${method} ${url}`,
      answer: jsonAnswer({ [key]: items }, {
        headers: {
          "x-openapi-paginated-content-key": key,
          ...(at + 1 < pages.length && { link: next }),
        },
      }),
    };
  });
}

Deno.test("DssClient.allHits yields the hits of all pages, as they are wanted", async () => {
  const hits = [1, 2, 3].map((n) => ({
    bundle_fqid: `${UUID}.${n}`,
    bundle_url: "u",
    search_score: null,
  }));
  const [a = {}, b = {}, c = {}] = hits;
  const script = pagesOf("POST /search?replica=aws", "results", [[a, b], [], [
    c,
  ]]);
  const { client, requests, done } = createCase(script);
  const fqids: string[] = [];
  for await (const hit of client.allHits({ replica: "aws", esQuery: {} })) {
    if (fqids.length === 0) assert.equal(requests.length, 1);
    fqids.push(hit.bundle_fqid);
  }
  done();
  assert.deepEqual(fqids, hits.map(({ bundle_fqid }) => bundle_fqid));
  assert.deepEqual(
    requests.map(({ body }) => JSON.parse(body)),
    [{ es_query: {} }, { es_query: {} }, { es_query: {} }],
  );
});

Deno.test("DssClient.allBundles yields the bundles of all pages", async () => {
  const bundles = ["1", "2"].map((version) => ({ uuid: UUID, version }));
  const [a = {}, b = {}] = bundles;
  const { client, done } = createCase(
    pagesOf("GET /bundles/all?replica=gcp&prefix=f", "bundles", [[a], [b]]),
  );
  const found = await Array.fromAsync(
    client.allBundles({ replica: "gcp", prefix: "f" }),
  );
  done();
  assert.deepEqual(found, bundles);
});

Deno.test("DssClient.allBundles asks for no page that nobody wants", async () => {
  const script = pagesOf("GET /bundles/all?replica=aws", "bundles", [[{}], [
    {},
  ]]);
  const { client, requests } = createCase(script);
  for await (const _bundle of client.allBundles({ replica: "aws" })) break;
  assert.equal(requests.length, 1);
});

Deno.test("DssClient.getEvent refuses an answer that is not a JSON object", async () => {
  for (const answer of [[], null, "text", 7]) {
    const { client } = createCase([{
      request: `GET ${BASE}/events/${UUID}?${STAMP}&replica=aws`,
      answer: jsonAnswer(answer),
    }]);
    await assert.rejects(
      client.getEvent({ uuid: UUID, version: VERSION, replica: "aws" }),
      (error) =>
        error instanceof RefusedError &&
        error.message === "the answer of get_event is not a JSON object",
    );
  }
});

Deno.test("DssClient.deleteBundle takes any answer: the bundle is gone", async () => {
  const { client, done } = createCase([{
    request: `DELETE ${BASE}/bundles/${UUID}?replica=aws&${STAMP}`,
    answer: new Response(null, { status: 204 }),
  }]);
  const args = { uuid: UUID, version: VERSION, reason: "old" };
  await client.deleteBundle({ ...args, replica: "aws" });
  done();
});

for (
  const [status, errorClass] of [
    [401, AuthError],
    [403, AuthError],
    [404, NotFoundError],
  ] as const
) {
  Deno.test(`DssClient.getSubscription throws a ${errorClass.name} for ${status}`, async () => {
    const { client } = createCase([{
      request: `GET ${BASE}/subscriptions/${UUID}?replica=aws`,
      answer: jsonAnswer({ code: "c", title: "t" }, { status }),
    }]);
    await assert.rejects(
      client.getSubscription({ uuid: UUID, replica: "aws" }),
      (error) =>
        error instanceof errorClass && error.answer?.code === "c" &&
        error.answer.title === "t" && error.answer.status === status,
    );
  });
}

Deno.test("DssClient.getEvents throws a UsageError when the service has no events", async () => {
  const { client } = createCase([], {
    ...DSS_DOCUMENT,
    paths: { "/search": {} },
  });
  await assert.rejects(
    client.getEvents({ replica: "aws" }),
    (error) =>
      error instanceof UsageError &&
      error.message === `the service ${BASE} has no operation 'get_events'`,
  );
});

Deno.test("DssClient.postSearch ends when its signal does", async () => {
  const { client } = createCase([{
    request: `POST ${BASE}/search?replica=aws`,
    answer: neverAnswers,
  }]);
  const controller = new AbortController();
  const asked = client.postSearch(
    { replica: "aws", esQuery: {} },
    { signal: controller.signal },
  );
  controller.abort();
  await assert.rejects(asked, CancelledError);
});

Deno.test("DssClient.getCollections adds the header fields of a call", async () => {
  const { client, requests } = createCase([{
    request: `GET ${BASE}/collections`,
    answer: jsonAnswer({ collections: [] }),
  }]);
  await client.getCollections({}, { headers: { "x-trace": "t" } });
  assert.equal(requests[0]?.headers["x-trace"], "t");
});
