import assert from "node:assert/strict";
import {
  AuthError,
  NotFoundError,
  RefusedError,
  UsageError,
} from "../../src/base/mod.ts";
import { HttpClient, readPages } from "../../src/http/mod.ts";
import { createRuntime } from "../../src/platform/mod.ts";
import { type AccessToken, AuthorizedHttp } from "../../src/services/mod.ts";
import { FakeClock } from "../support/fake_clock.ts";
import { createMemoryLog } from "../support/memory_log.ts";
import {
  jsonAnswer,
  type ScriptedAnswer,
  scriptedFetch,
} from "../support/scripted_fetch.ts";

const BASE = "https://dss.test/v1";
const DOCUMENT = "https://dss.test/v1/swagger.json";

/** A token source that counts: `t1`, `t2` … and what was refused. */
function countingTokens() {
  const refused: (string | undefined)[] = [];
  const accessToken: AccessToken = (token) => {
    refused.push(token);
    return Promise.resolve(`t${refused.length}`);
  };
  return { accessToken, refused };
}

function createCase(
  script: ScriptedAnswer[],
  { accessToken = countingTokens().accessToken, documentUrl = DOCUMENT }: {
    accessToken?: AccessToken;
    documentUrl?: string;
  } = {},
) {
  const scripted = scriptedFetch(script);
  const runtime = {
    fetch: scripted.fetch,
    clock: new FakeClock({ skips: (delayMs) => delayMs < 10_000 }),
    random: () => 0,
    log: createMemoryLog().log,
  };
  const http = new AuthorizedHttp({
    http: new HttpClient(runtime),
    accessToken,
    documentUrl,
    refusalHint: (status) => `Hint for ${status}.`,
  });
  const sent = () =>
    scripted.requests.map(({ headers }) => headers.authorization);
  return { http, sent, ...scripted };
}

const refusal = (status = 401) =>
  jsonAnswer({ code: "Unauthorized", title: "no" }, { status });

Deno.test("AuthorizedHttp.send asks for a token for each request", async () => {
  const given = createCase([
    { request: `GET ${BASE}/a`, answer: jsonAnswer({}) },
    { request: `GET ${BASE}/b`, answer: jsonAnswer({}) },
  ]);
  await given.http.send({ method: "GET", url: `${BASE}/a` });
  await given.http.send({ method: "GET", url: `${BASE}/b` });
  assert.deepEqual(given.sent(), ["Bearer t1", "Bearer t2"]);
});

Deno.test("AuthorizedHttp gives each page of a listing a token of its own", async () => {
  const given = createCase([
    {
      request: `GET ${BASE}/a`,
      answer: jsonAnswer({ results: [1] }, {
        headers: { link: `<${BASE}/a?page=2>; rel="next"` },
      }),
    },
    { request: `GET ${BASE}/a?page=2`, answer: jsonAnswer({ results: [2] }) },
  ]);
  const request = { method: "GET", url: `${BASE}/a` };
  const pages = await Array.fromAsync(readPages(given.http, request));
  assert.deepEqual(pages.map(({ items }) => items), [[1], [2]]);
  assert.deepEqual(given.sent(), ["Bearer t1", "Bearer t2"]);
});

Deno.test("AuthorizedHttp.send repeats a request once with another token after 401", async () => {
  const { accessToken, refused } = countingTokens();
  const given = createCase([
    { request: `POST ${BASE}/a`, answer: refusal() },
    { request: `POST ${BASE}/a`, answer: jsonAnswer({ ok: true }) },
  ], { accessToken });
  const response = await given.http.send({
    method: "POST",
    url: `${BASE}/a`,
    body: '{"x": 1}',
  });
  assert.deepEqual(await response.json(), { ok: true });
  given.done();
  assert.deepEqual(refused, [undefined, "t1"]);
  assert.deepEqual(given.sent(), ["Bearer t1", "Bearer t2"]);
  assert.deepEqual(given.requests.map(({ body }) => body), [
    '{"x": 1}',
    '{"x": 1}',
  ]);
});

Deno.test("AuthorizedHttp.open repeats a request once with another token after 401", async () => {
  const given = createCase([
    { request: `GET ${BASE}/a`, answer: refusal() },
    { request: `GET ${BASE}/a`, answer: new Response("bytes") },
  ]);
  const body = await given.http.open({ method: "GET", url: `${BASE}/a` });
  const bytes = await body.read(new ArrayBuffer(16));
  assert.equal(new TextDecoder().decode(bytes), "bytes");
  assert.equal(await body.read(new ArrayBuffer(16)), undefined);
  given.done();
});

Deno.test("AuthorizedHttp.send gives up after a second 401, with the hint", async () => {
  const { accessToken, refused } = countingTokens();
  const given = createCase([
    { request: `GET ${BASE}/a`, answer: refusal() },
    { request: `GET ${BASE}/a`, answer: refusal() },
  ], { accessToken });
  await assert.rejects(
    given.http.send({ method: "GET", url: `${BASE}/a` }),
    (error) => {
      assert.ok(error instanceof AuthError);
      assert.equal(error.hint, "Hint for 401.");
      assert.equal(error.answer?.code, "Unauthorized");
      assert.match(error.message, /^Unauthorized: no \(HTTP 401\)/);
      return true;
    },
  );
  given.done();
  assert.deepEqual(refused, [undefined, "t1"]);
});

Deno.test("AuthorizedHttp.send does not repeat when the same token comes again", async () => {
  const given = createCase(
    [{ request: `GET ${BASE}/a`, answer: refusal() }],
    { accessToken: () => Promise.resolve(" same\n") },
  );
  await assert.rejects(
    given.http.send({ method: "GET", url: `${BASE}/a` }),
    (error) => error instanceof AuthError && error.hint === "Hint for 401.",
  );
  assert.deepEqual(given.sent(), ["Bearer same"]);
});

Deno.test("AuthorizedHttp.send asks for no other token after 403 and 404", async () => {
  for (const [status, hint] of [[403, "Hint for 403."], [404, undefined]]) {
    const { accessToken, refused } = countingTokens();
    const given = createCase(
      [{ request: `GET ${BASE}/a`, answer: refusal(Number(status)) }],
      { accessToken },
    );
    await assert.rejects(
      given.http.send({ method: "GET", url: `${BASE}/a` }),
      (error) =>
        (error instanceof AuthError || error instanceof NotFoundError) &&
        error.answer?.status === status && error.hint === hint,
    );
    assert.deepEqual(refused, [undefined]);
  }
});

Deno.test("AuthorizedHttp.send takes a 401 of another host for no refusal", async () => {
  const { accessToken, refused } = countingTokens();
  const bucket = "https://bucket.test/x";
  const given = createCase([
    { request: `GET ${BASE}/a`, answer: Response.redirect(bucket, 302) },
    { request: `GET ${bucket}`, answer: refusal() },
    // The client itself asks again for an address that may have expired.
    { request: `GET ${BASE}/a`, answer: Response.redirect(bucket, 302) },
    { request: `GET ${bucket}`, answer: refusal() },
    { request: `GET ${BASE}/a`, answer: Response.redirect(bucket, 302) },
    { request: `GET ${bucket}`, answer: refusal() },
  ], { accessToken });
  await assert.rejects(
    given.http.send({ method: "GET", url: `${BASE}/a` }),
    (error) => error instanceof AuthError && error.hint === undefined,
  );
  given.done();
  assert.deepEqual(refused, [undefined]);
  for (const { url, headers } of given.requests) {
    const isOwn = url.startsWith(BASE);
    assert.equal(headers.authorization, isOwn ? "Bearer t1" : undefined);
  }
});

Deno.test("AuthorizedHttp.send sends the request as it is when there is no token", async () => {
  for (const nothing of [undefined, "", " \n"]) {
    const given = createCase(
      [{ request: "GET http://plain.test/a", answer: jsonAnswer({}) }],
      { accessToken: () => Promise.resolve(nothing) },
    );
    await given.http.send({ method: "GET", url: "http://plain.test/a" });
    assert.deepEqual(given.sent(), [undefined]);
  }
});

Deno.test("AuthorizedHttp.send refuses a token that no header carries, without quoting it", async () => {
  for (const token of ["PLANTED x", "PLANTED\ny", "PLANTED\u00e9"]) {
    const given = createCase([], {
      accessToken: () => Promise.resolve(token),
    });
    await assert.rejects(
      given.http.send({ method: "GET", url: `${BASE}/a` }),
      (error) =>
        error instanceof UsageError && !error.message.includes("PLANTED") &&
        error.message.startsWith("the access token has blanks"),
    );
    assert.deepEqual(given.requests, []);
  }
});

/** Where the document is, where the request goes, and why it may not. */
const ADDRESSES: [from: string, to: string, message?: string][] = [
  ["https://dss.test/s", "https://dss.test/a"],
  ["https://dss.test/s", "https://dss.test:443/a"],
  ["http://127.0.0.1:8000/s", "http://127.0.0.1:8000/a"],
  ["http://dss.localhost/s", "http://dss.localhost/a"],
  ["http://[::1]:8000/s", "http://[::1]:8000/a"],
  // A document on disk has no address.
  ["swagger.json", "https://dss.test/a"],
  // A local service may say that it has https.
  ["http://localhost:8000/s", "https://localhost:8000/a"],
  [
    "https://dss.test/s",
    "https://evil.test/a",
    "the token is not sent to evil.test, which is not where the API document " +
    "came from (dss.test)",
  ],
  [
    "https://dss.test/s",
    "https://dss.test:8443/a",
    "the token is not sent to dss.test:8443, which is not where the API " +
    "document came from (dss.test)",
  ],
  [
    "http://dss.test/s",
    "https://dss.test/a",
    "the token is not sent to https://dss.test, which is not where the API " +
    "document came from (http://dss.test)",
  ],
  [
    "http://127.0.0.1:8000/s",
    "http://127.0.0.1:8001/a",
    "the token is not sent to 127.0.0.1:8001, which is not where the API " +
    "document came from (127.0.0.1:8000)",
  ],
  [
    "http://127.0.0.1:8000/s",
    "http://localhost:8000/a",
    "the token is not sent to localhost:8000, which is not where the API " +
    "document came from (127.0.0.1:8000)",
  ],
  [
    "https://dss.test/s",
    "http://dss.test/a",
    "the token is not sent to dss.test over plain http",
  ],
  [
    "http://dss.test/s",
    "http://dss.test/a",
    "the token is not sent to dss.test over plain http",
  ],
  [
    "http://127.evil.test/s",
    "http://127.evil.test/a",
    "the token is not sent to 127.evil.test over plain http",
  ],
];

for (const [documentUrl, url, message] of ADDRESSES) {
  Deno.test(`AuthorizedHttp.send with a document of ${documentUrl} ${message === undefined ? "sends" : "refuses"} the token to ${url}`, async () => {
    const { href } = new URL(url);
    const given = createCase(
      [{ request: `GET ${href}`, answer: jsonAnswer({}) }],
      { documentUrl },
    );
    const sending = given.http.send({ method: "GET", url });
    if (message === undefined) {
      await sending;
      assert.deepEqual(given.sent(), ["Bearer t1"]);
      return;
    }
    await assert.rejects(
      sending,
      (error) => error instanceof RefusedError && error.message === message,
    );
    assert.deepEqual(given.requests, []);
  });
}

/** A server that keeps the header fields of each request. */
class RecordingServer implements AsyncDisposable {
  readonly requests: Headers[] = [];
  readonly origin: string;
  readonly #server: Deno.HttpServer<Deno.NetAddr>;

  constructor(answer: () => Response) {
    this.#server = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen: () => {} },
      (request) => {
        this.requests.push(request.headers);
        return answer();
      },
    );
    this.origin = `http://127.0.0.1:${this.#server.addr.port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.shutdown();
  }
}

Deno.test("AuthorizedHttp.send leaves the token at its origin when a server redirects to another port", async () => {
  using runtime = createRuntime();
  await using other = new RecordingServer(() => Response.json({ ok: true }));
  await using own = new RecordingServer(() =>
    Response.redirect(`${other.origin}/b`, 302)
  );
  const http = new AuthorizedHttp({
    http: new HttpClient(runtime),
    accessToken: () => Promise.resolve("t0ken"),
    documentUrl: `${own.origin}/swagger.json`,
  });
  const response = await http.send({
    method: "GET",
    url: `${own.origin}/a`,
    headers: {
      "Authorization": "Bearer of the caller",
      "X-DSS-Trace": "7",
      "Cookie": "sid=1",
      "X-Auth-Token": "1",
    },
  });
  assert.deepEqual(await response.json(), { ok: true });
  assert.equal(own.requests.length, 1);
  assert.equal(own.requests[0]?.get("authorization"), "Bearer t0ken");
  assert.equal(own.requests[0]?.get("cookie"), "sid=1");
  const [there] = other.requests;
  assert.equal(other.requests.length, 1);
  // What belongs to the origin stays there, what does not goes along.
  for (const name of ["authorization", "cookie", "x-auth-token"]) {
    assert.equal(there?.get(name), null, name);
  }
  assert.equal(there?.get("x-dss-trace"), "7");
  assert.doesNotMatch(JSON.stringify([...there ?? []]), /t0ken|Bearer|sid=/);
});

Deno.test("AuthorizedHttp.send keeps the token on a redirect within its origin", async () => {
  using runtime = createRuntime();
  let left = 1;
  await using own = new RecordingServer((): Response =>
    left-- > 0
      ? new Response(null, { status: 302, headers: { location: "/b" } })
      : Response.json({})
  );
  const http = new AuthorizedHttp({
    http: new HttpClient(runtime),
    accessToken: () => Promise.resolve("t0ken"),
    documentUrl: `${own.origin}/swagger.json`,
  });
  await (await http.send({ method: "GET", url: `${own.origin}/a` })).body
    ?.cancel();
  assert.deepEqual(
    own.requests.map((headers) => headers.get("authorization")),
    ["Bearer t0ken", "Bearer t0ken"],
  );
});

Deno.test("AuthorizedHttp passes on who hears of a service that is asked too much", () => {
  using runtime = createRuntime();
  const http = new HttpClient(runtime);
  const authorized = new AuthorizedHttp({
    http,
    accessToken: () => Promise.resolve("t"),
    documentUrl: DOCUMENT,
  });
  const listener = () => {};
  authorized.onThrottled = listener;
  assert.equal(http.onThrottled, listener);
  assert.equal(authorized.onThrottled, listener);
  assert.equal(authorized.policy, http.policy);
});
