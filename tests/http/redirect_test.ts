import assert from "node:assert/strict";
import { isRedirect, planRedirect } from "../../src/http/mod.ts";
import {
  type ScriptedAnswer,
  scriptedFetch,
} from "../support/scripted_fetch.ts";
import { createCase, rejection } from "./_client_case.ts";

const URL_A = "https://dss.test/v1/files/x?replica=aws";

function redirect(
  status: number,
  location: string,
  headers: Record<string, string> = {},
): Response {
  return new Response(null, { status, headers: { location, ...headers } });
}

function plan(
  method: string,
  status: number,
  location = "/next",
  headers: Record<string, string> = {},
): ReturnType<typeof planRedirect> {
  return planRedirect(
    { method, url: URL_A, headers: new Headers(headers) },
    redirect(status, location),
  );
}

// status, method, method of the next request, body sent again
const METHODS: [number, string, string, boolean][] = [
  [301, "GET", "GET", true],
  [301, "HEAD", "HEAD", true],
  [301, "POST", "GET", false],
  [301, "PUT", "PUT", true],
  [302, "GET", "GET", true],
  [302, "POST", "GET", false],
  [302, "DELETE", "DELETE", true],
  [303, "GET", "GET", true],
  [303, "HEAD", "HEAD", true],
  [303, "POST", "GET", false],
  [303, "PUT", "GET", false],
  [303, "DELETE", "GET", false],
  [307, "POST", "POST", true],
  [307, "PUT", "PUT", true],
  [308, "POST", "POST", true],
  [308, "PATCH", "PATCH", true],
];

for (const [status, method, next, keepsBody] of METHODS) {
  Deno.test(`planRedirect turns ${method} into ${next} after ${status}`, () => {
    const planned = plan(method, status, "/next", {
      "Content-Type": "application/json",
      "Range": "bytes=0-",
    });
    assert.equal(planned?.method, next);
    assert.equal(planned?.keepsBody, keepsBody);
    assert.equal(planned?.headers.has("content-type"), keepsBody);
    assert.equal(planned?.headers.get("range"), "bytes=0-");
  });
}

// Location, next URL
const TARGETS: [string, string][] = [
  ["/next", "https://dss.test/next"],
  ["next?a=b", "https://dss.test/v1/files/next?a=b"],
  ["?token=1", "https://dss.test/v1/files/x?token=1"],
  ["//other.test/x", "https://other.test/x"],
  ["", "https://dss.test/v1/files/x?replica=aws"],
  [
    "https://s3.test/a%2Fb+c%20d%e2?X-Sig=a%2fB+c%3d",
    "https://s3.test/a%2Fb+c%20d%e2?X-Sig=a%2fB+c%3d",
  ],
  // Parsing would write it in another way.
  ["HTTPS://S3.test/a b?q='x'", "HTTPS://S3.test/a b?q='x'"],
];

for (const [location, url] of TARGETS) {
  Deno.test(`planRedirect leads to ${url} when Location is '${location}'`, () => {
    assert.equal(plan("GET", 302, location)?.url, url);
  });
}

const SECRETS = {
  "Authorization": "Bearer x",
  "Proxy-Authorization": "x",
  "Cookie": "x",
  "X-Api-Key": "x",
  "X-Auth-Token": "x",
  "X-Amz-Security-Token": "x",
};

// Location, whether credentials may go there
const ORIGINS: [string, boolean][] = [
  ["/next", true],
  ["https://dss.test:443/next", true],
  ["https://dss.test:444/next", false],
  ["https://other.test/next", false],
  ["https://sub.dss.test/next", false],
  ["https://dss.test.evil.test/next", false],
];

for (const [location, sent] of ORIGINS) {
  Deno.test(`planRedirect ${sent ? "keeps" : "drops"} credentials on the way to ${location}`, () => {
    const headers = plan("GET", 302, location, {
      ...SECRETS,
      "Range": "bytes=1-",
      "Accept": "*/*",
    })?.headers;
    for (const name of Object.keys(SECRETS)) {
      assert.equal(headers?.has(name), sent, name);
    }
    assert.equal(headers?.get("range"), "bytes=1-");
    assert.equal(headers?.get("accept"), "*/*");
  });
}

for (const location of ["s3://bucket/key%2F", "gs://bucket/key"]) {
  Deno.test(`HttpClient.send returns the answer that leads to ${location}`, async () => {
    const script = scriptedFetch([
      { request: `GET ${URL_A}`, answer: redirect(302, location) },
    ]);
    const { client } = createCase(script.fetch);
    const response = await client.send({ method: "GET", url: URL_A });
    script.done();
    assert.equal(response.status, 302);
    assert.equal(response.headers.get("location"), location);
  });
}

// Location, message after the first URL
const REFUSED: [string, RegExp][] = [
  ["file:///etc/passwd", /redirects to 'file:', which is not http or https$/],
  ["data:text/plain,x", /redirects to 'data:', which is not http or https$/],
  ["ftp://h/x", /redirects to 'ftp:', which is not http or https$/],
  [
    "http://dss.test/x?token=SECRET",
    /redirects from https to plain http \(http:\/\/dss\.test\/x\?token=\*\*\*\), which would expose the data$/,
  ],
  ["https://[x", /redirects to 'https:\/\/\[x', which is not a URL$/],
];

for (const [location, message] of REFUSED) {
  Deno.test(`HttpClient.send refuses to follow ${location}, and releases the answer`, async () => {
    let cancelled = false;
    const body = new ReadableStream({ cancel: () => void (cancelled = true) });
    const script = scriptedFetch([{
      request: `GET ${URL_A}`,
      answer: new Response(body, { status: 302, headers: { location } }),
    }]);
    const { client } = createCase(script.fetch);
    const error = await rejection(client.send({ method: "GET", url: URL_A }));
    script.done();
    assert.equal(error.name, "RefusedError");
    assert.match(error.message, message);
    assert.doesNotMatch(error.message, /SECRET/);
    assert.equal(cancelled, true);
  });
}

Deno.test("planRedirect goes from http to https and between http hosts", () => {
  for (const location of ["https://dss.test/x", "http://other.test/x"]) {
    const planned = planRedirect(
      { method: "GET", url: "http://dss.test/", headers: new Headers() },
      redirect(302, location),
    );
    assert.equal(planned?.url, location);
  }
});

Deno.test("isRedirect needs one of five statuses and a Location", () => {
  for (const status of [301, 302, 303, 307, 308]) {
    assert.equal(isRedirect(redirect(status, "/x")), true);
    assert.equal(isRedirect(new Response(null, { status })), false);
  }
  for (const status of [200, 201, 300, 304]) {
    assert.equal(isRedirect(redirect(status, "/x")), false);
  }
});

function selfRedirects(
  count: number,
  headers: Record<string, string> = {},
): ScriptedAnswer[] {
  return Array(count).fill({
    request: `GET ${URL_A}`,
    answer: () => redirect(301, URL_A, headers),
  });
}

Deno.test("HttpClient.send waits for each 301 that asks to, without using up hops", async () => {
  const script = scriptedFetch([
    ...selfRedirects(25, { "retry-after": "10" }),
    { request: `GET ${URL_A}`, answer: redirect(302, "https://s3.test/x") },
    { request: "GET https://s3.test/x", answer: new Response("bytes") },
  ]);
  const { client, clock, messages } = createCase(script.fetch);
  const response = await client.send({ method: "GET", url: URL_A });
  script.done();
  assert.equal(await response.text(), "bytes");
  assert.equal(response.url, "https://s3.test/x");
  assert.deepEqual(clock.skipped, Array(25).fill(10_000));
  assert.equal(
    messages("INFO")[0],
    "dss.test is preparing the answer; waiting 10 s",
  );
});

Deno.test("HttpClient.send waits at most 600 s for one redirect", async () => {
  const script = scriptedFetch([
    ...selfRedirects(1, { "retry-after": "1000000000" }),
    { request: `GET ${URL_A}`, answer: new Response("x") },
  ]);
  const { client, clock } = createCase(script.fetch);
  await (await client.send({ method: "GET", url: URL_A })).text();
  script.done();
  assert.deepEqual(clock.skipped, [600_000]);
});

Deno.test("HttpClient.send ends a loop of redirects after 20 hops", async () => {
  const script = scriptedFetch(selfRedirects(21));
  const { client, clock } = createCase(script.fetch);
  const error = await rejection(client.send({ method: "GET", url: URL_A }));
  script.done();
  assert.equal(error.name, "ServiceError");
  assert.equal(error.message, `${URL_A} redirects without end (21 times)`);
  assert.deepEqual(clock.skipped, []);
});

Deno.test("HttpClient.send counts a redirect that asks to wait 0 s as a hop", async () => {
  const script = scriptedFetch(selfRedirects(21, { "retry-after": "0" }));
  const { client } = createCase(script.fetch);
  await rejection(client.send({ method: "GET", url: URL_A }));
  script.done();
});

Deno.test("HttpClient.send ends a loop that asks to wait for ever", async () => {
  const script = scriptedFetch(selfRedirects(4, { "retry-after": "10" }));
  const { client, clock } = createCase(script.fetch, {
    policy: { redirects: { hops: 20, waits: 3 } },
  });
  const error = await rejection(client.send({ method: "GET", url: URL_A }));
  script.done();
  assert.match(error.message, /redirects without end \(4 times\)$/);
  assert.equal(clock.skipped.length, 4);
});

Deno.test("HttpClient.send sends the body again only where the status says so", async () => {
  const script = scriptedFetch([
    { request: "PUT https://a.test/1", answer: redirect(307, "/2") },
    { request: "PUT https://a.test/2", answer: redirect(303, "/3") },
    { request: "GET https://a.test/3", answer: new Response("x") },
  ]);
  const { client } = createCase(script.fetch);
  const response = await client.send({
    method: "PUT",
    url: "https://a.test/1",
    headers: { "content-type": "application/json" },
    body: "{}",
  });
  await response.text();
  script.done();
  assert.deepEqual(script.requests.map((r) => r.body), ["{}", "{}", ""]);
  assert.equal(script.requests[2]?.headers["content-type"], undefined);
});

Deno.test("HttpClient.send does not give credentials back after a foreign host", async () => {
  const script = scriptedFetch([
    {
      request: "GET https://a.test/1",
      answer: redirect(302, "https://b.test/2"),
    },
    {
      request: "GET https://b.test/2",
      answer: redirect(302, "https://a.test/3"),
    },
    { request: "GET https://a.test/3", answer: new Response("x") },
  ]);
  const { client } = createCase(script.fetch);
  const response = await client.send({
    method: "GET",
    url: "https://a.test/1",
    headers: { "Authorization": "Bearer x" },
  });
  await response.text();
  script.done();
  assert.deepEqual(
    script.requests.map((request) => request.headers.authorization),
    ["Bearer x", undefined, undefined],
  );
});

Deno.test("HttpClient.send repeats each step of a redirect by itself", async () => {
  const script = scriptedFetch([
    {
      request: "GET https://a.test/1",
      answer: new Response(null, { status: 503 }),
    },
    {
      request: "GET https://a.test/1",
      answer: redirect(302, "https://b.test/2"),
    },
    {
      request: "GET https://b.test/2",
      answer: new Response(null, { status: 503 }),
    },
    { request: "GET https://b.test/2", answer: new Response("x") },
  ]);
  const { client } = createCase(script.fetch);
  await (await client.send({ method: "GET", url: "https://a.test/1" })).text();
  script.done();
});
