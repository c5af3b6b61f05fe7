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

function lower(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(new Headers(headers));
}

function plan(
  method: string,
  status: number,
  location = "/next",
  headers: Record<string, string> = {},
): ReturnType<typeof planRedirect> {
  return planRedirect(
    {
      method,
      url: URL_A,
      target: new URL(URL_A),
      headers: lower(headers),
      body: "{}",
    },
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
    assert.equal(planned?.body, keepsBody ? "{}" : undefined);
    assert.equal(planned?.headers["content-type"] !== undefined, keepsBody);
    assert.equal(planned?.headers["range"], "bytes=0-");
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
      assert.equal(headers?.[name.toLowerCase()] !== undefined, sent, name);
    }
    assert.equal(headers?.["range"], "bytes=1-");
    assert.equal(headers?.["accept"], "*/*");
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
  [
    "https://127.0.0.1/x",
    /redirects to 127\.0\.0\.1, an address of this machine/,
  ],
  ["https://localhost:9/x", /redirects to localhost:9, an address of this/],
  [
    "https://169.254.169.254/latest",
    /redirects to 169\.254\.169\.254, an addr/,
  ],
  [
    "https://[::ffff:169.254.1.2]/",
    /redirects to \[::ffff:a9fe:102\], an addr/,
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
      {
        method: "GET",
        url: "http://dss.test/",
        target: new URL("http://dss.test/"),
        headers: {},
      },
      redirect(302, location),
    );
    assert.equal(planned?.url, location);
  }
});

Deno.test("planRedirect leads a service of this machine to another one, and never to where clouds keep secrets", () => {
  const target = new URL("http://127.0.0.1:8473/v1/files/x");
  const request = { method: "GET", url: target.href, target, headers: {} };
  const plan = (location: string) =>
    planRedirect(request, redirect(302, location))?.url;
  for (const near of ["http://127.0.0.1:9000/x", "http://10.0.0.7/x"]) {
    assert.equal(plan(near), near);
  }
  for (const link of ["169.254.169.254", "[fe80::1]"]) {
    assert.throws(() => plan(`http://${link}/latest`), {
      name: "RefusedError",
      message: /redirects to \S+, an address of this machine or of its own/,
    });
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

Deno.test("HttpClient.send waits 600 s for one redirect, and not longer", async () => {
  const script = scriptedFetch([
    ...selfRedirects(1, { "retry-after": "600" }),
    ...selfRedirects(1, { "retry-after": "1000000000" }),
  ]);
  const { client, clock } = createCase(script.fetch);
  const error = await rejection(client.send({ method: "GET", url: URL_A }));
  script.done();
  assert.equal(error.name, "ServiceError");
  assert.equal(
    error.message,
    `${URL_A} is not ready and asks to wait 11574 days, which is too long`,
  );
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
    policy: { redirects: { hops: 20, waits: 3, renewals: 2 } },
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

for (const from of ["http://127.0.0.1:8000/a", "http://localhost/a"]) {
  Deno.test(`HttpClient.send follows from ${from} to other addresses of this machine`, async () => {
    const script = scriptedFetch([
      { request: `GET ${from}`, answer: redirect(302, "http://[::1]:9/x") },
      { request: "GET http://[::1]:9/x", answer: new Response("x") },
    ]);
    const { client } = createCase(script.fetch);
    await (await client.send({ method: "GET", url: from })).text();
    script.done();
  });
}

Deno.test("HttpClient.send refuses the way to this machine through a second host", async () => {
  const script = scriptedFetch([
    { request: `GET ${URL_A}`, answer: redirect(302, "https://b.test/") },
    {
      request: "GET https://b.test/",
      answer: redirect(302, "https://[::1]/"),
    },
  ]);
  const { client } = createCase(script.fetch);
  const error = await rejection(client.send({ method: "GET", url: URL_A }));
  script.done();
  assert.equal(error.name, "RefusedError");
});

function signedUrl(name: string, status: number): ScriptedAnswer[] {
  const url = `https://s3.test/x?sig=${name}`;
  return [
    { request: `GET ${URL_A}`, answer: redirect(302, url) },
    { request: `GET ${url}`, answer: new Response("body", { status }) },
  ];
}

for (const status of [401, 403, 404, 410]) {
  Deno.test(`HttpClient.send asks the service again when a signed URL answers ${status}`, async () => {
    const script = scriptedFetch([
      ...signedUrl("a", status),
      ...signedUrl("b", status),
      ...signedUrl("c", 200),
    ]);
    const { client, clock } = createCase(script.fetch);
    const response = await client.send({
      method: "GET",
      url: URL_A,
      headers: { "X-Api-Key": "k" },
      tries: 1,
    });
    script.done();
    assert.equal(await response.text(), "body");
    assert.equal(response.url, "https://s3.test/x?sig=c");
    assert.deepEqual(
      script.requests.map((request) => request.headers["x-api-key"]),
      ["k", undefined, "k", undefined, "k", undefined],
    );
    assert.deepEqual(clock.skipped, []);
  });
}

Deno.test("HttpClient.send gives up when a third signed URL is refused", async () => {
  const script = scriptedFetch([
    ...signedUrl("a", 403),
    ...signedUrl("b", 403),
    ...signedUrl("c", 403),
  ]);
  const { client } = createCase(script.fetch);
  const error = await rejection(client.send({ method: "GET", url: URL_A }));
  script.done();
  assert.equal(error.name, "AuthError");
});

Deno.test("HttpClient.send does not ask again when the method may not be repeated", async () => {
  const next = "https://dss.test/next";
  const script = scriptedFetch([
    { request: `POST ${URL_A}`, answer: redirect(303, next) },
    { request: `GET ${next}`, answer: new Response(null, { status: 404 }) },
  ]);
  const { client } = createCase(script.fetch);
  await rejection(client.send({ method: "POST", url: URL_A }));
  script.done();
});
