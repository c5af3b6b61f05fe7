import assert from "node:assert/strict";
import { DEFAULT_POLICY } from "../../src/http/mod.ts";
import {
  type ScriptedAnswer,
  scriptedFetch,
} from "../support/scripted_fetch.ts";
import { createCase, rejection } from "./_client_case.ts";

const URL = "https://dss.test/v1/files";

function status(code: number, headers: Record<string, string> = {}) {
  return () =>
    new Response(`{"code":"c${code}","title":"busy"}`, {
      status: code,
      headers,
    });
}

function times(
  count: number,
  answer: ScriptedAnswer["answer"],
  method = "GET",
): ScriptedAnswer[] {
  return Array(count).fill({ request: `${method} ${URL}`, answer });
}

const refused = new TypeError("connection refused");

for (const code of [408, 429, 500, 502, 503, 504]) {
  for (const method of ["GET", "HEAD", "PUT", "DELETE", "OPTIONS"]) {
    Deno.test(`HttpClient.send repeats ${method} when it is answered ${code}`, async () => {
      const script = scriptedFetch([
        ...times(2, status(code), method),
        ...times(1, status(200), method),
      ]);
      const { client, clock } = createCase(script.fetch);
      const response = await client.send({ method, url: URL });
      script.done();
      assert.equal(response.status, 200);
      assert.equal(script.requests.length, 3);
      assert.deepEqual(clock.skipped, [200, 400]);
      await response.body?.cancel();
    });
  }
}

Deno.test("HttpClient.send gives up after 11 requests, waiting twice as long each time", async () => {
  const script = scriptedFetch(times(11, status(503)));
  const { client, clock } = createCase(script.fetch);
  const error = await rejection(client.send({ method: "GET", url: URL }));
  script.done();
  assert.equal(error.code, "service");
  assert.equal(error.retryable, true);
  assert.match(error.message, /tried 11 times/);
  assert.deepEqual(
    clock.skipped,
    [200, 400, 800, 1600, 3200, 6400, 12800, 25600, 51200, 102_400],
  );
  assert.equal(clock.pending, 0);
});

Deno.test("HttpClient.send takes a random part of each wait", async () => {
  const script = scriptedFetch([
    ...times(4, status(503)),
    ...times(1, status(200)),
  ]);
  const { client, clock } = createCase(script.fetch, { random: 0.5 });
  await (await client.send({ method: "GET", url: URL })).text();
  script.done();
  assert.deepEqual(clock.skipped, [100, 200, 400, 800]);
});

Deno.test("HttpClient.send waits no longer than the cap of its own waits", async () => {
  const script = scriptedFetch(times(6, status(503)));
  const { client, clock } = createCase(script.fetch, {
    policy: {
      retry: { ...DEFAULT_POLICY.retry, tries: 6, backoffCapMs: 700 },
    },
  });
  await rejection(client.send({ method: "GET", url: URL }));
  script.done();
  assert.deepEqual(clock.skipped, [200, 400, 700, 700, 700]);
});

for (
  const code of [400, 401, 403, 404, 407, 409, 410, 413, 422, 501, 505]
) {
  Deno.test(`HttpClient.send does not repeat what is answered ${code}`, async () => {
    const script = scriptedFetch(times(1, status(code)));
    const { client, clock } = createCase(script.fetch);
    await rejection(client.send({ method: "GET", url: URL }));
    script.done();
    assert.deepEqual(clock.skipped, []);
  });
}

for (const code of [413, 429, 503]) {
  Deno.test(`HttpClient.send waits as long as a ${code} asks`, async () => {
    const script = scriptedFetch([
      ...times(2, status(code, { "retry-after": "3" })),
      ...times(1, status(200)),
    ]);
    const { client, clock } = createCase(script.fetch);
    await (await client.send({ method: "GET", url: URL })).text();
    script.done();
    // A limit that goes on for longer than it says is asked more rarely.
    assert.deepEqual(clock.skipped, [3000, code === 429 ? 9000 : 3000]);
  });
}

Deno.test("HttpClient.send does not take a Retry-After of 404 for a reason to repeat", async () => {
  const script = scriptedFetch(times(1, status(404, { "retry-after": "3" })));
  const { client } = createCase(script.fetch);
  const error = await rejection(client.send({ method: "GET", url: URL }));
  script.done();
  assert.equal(error.code, "not_found");
});

Deno.test("HttpClient.send waits until the date that is asked for, by the server's clock", async () => {
  const script = scriptedFetch([
    ...times(
      1,
      status(503, {
        "date": "Wed, 21 Oct 2015 07:28:00 GMT",
        "retry-after": "Wed, 21 Oct 2015 07:28:04 GMT",
      }),
    ),
    ...times(1, status(200)),
  ]);
  const { client, clock } = createCase(script.fetch);
  await (await client.send({ method: "GET", url: URL })).text();
  script.done();
  assert.deepEqual(clock.skipped, [4000]);
});

for (const text of ["garbage", "-1", "1.5", "soon 3"]) {
  Deno.test(`HttpClient.send repeats 503 as usual when Retry-After is ${text}`, async () => {
    const script = scriptedFetch([
      ...times(3, status(503, { "retry-after": text })),
      ...times(1, status(200)),
    ]);
    const { client, clock } = createCase(script.fetch);
    await (await client.send({ method: "GET", url: URL })).text();
    script.done();
    assert.deepEqual(clock.skipped, [200, 400, 800]);
  });
}

Deno.test("HttpClient.send spreads its tries when a service asks to wait 0 s", async () => {
  const script = scriptedFetch(times(11, status(503, { "retry-after": "0" })));
  const { client, clock } = createCase(script.fetch);
  await rejection(client.send({ method: "GET", url: URL }));
  script.done();
  assert.deepEqual(clock.skipped.slice(0, 4), [200, 400, 800, 1600]);
});

Deno.test("HttpClient.send waits 600 s when it is asked to", async () => {
  const script = scriptedFetch([
    ...times(1, status(503, { "retry-after": "600" })),
    ...times(1, status(200)),
  ]);
  const { client, clock } = createCase(script.fetch);
  await (await client.send({ method: "GET", url: URL })).text();
  script.done();
  assert.deepEqual(clock.skipped, [600_000]);
});

const TOO_LONG: [string, string][] = [
  ["601", "10 minutes"],
  ["1000000000", "11574 days"],
  ["9".repeat(400), "more than a million days"],
];

for (const [seconds, shown] of TOO_LONG) {
  Deno.test(`HttpClient.send gives up at once and says so when asked to wait ${shown}`, async () => {
    const script = scriptedFetch(
      times(1, status(503, { "retry-after": seconds })),
    );
    const { client, clock } = createCase(script.fetch);
    const error = await rejection(client.send({ method: "GET", url: URL }));
    script.done();
    assert.equal(error.code, "service");
    assert.equal(
      error.message,
      `c503: busy (HTTP 503, asks to wait ${shown}) for GET ${URL}`,
    );
    assert.deepEqual(clock.skipped, []);
    // Nor is anything else sent to it meanwhile.
    const next = await rejection(client.send({ method: "GET", url: URL }));
    assert.equal(
      next.message,
      `dss.test asks to wait ${shown} before anything more is sent`,
    );
    assert.equal(next.retryable, false);
    script.done();
  });
}

for (const method of ["POST", "PATCH"]) {
  Deno.test(`HttpClient.send does not repeat ${method} by itself`, async () => {
    const answers = [status(503, { "retry-after": "1" }), refused];
    for (const answer of answers) {
      const script = scriptedFetch(times(1, answer, method));
      const { client, clock } = createCase(script.fetch);
      await rejection(client.send({ method, url: URL, body: "{}" }));
      script.done();
      assert.deepEqual(clock.skipped, []);
    }
  });

  Deno.test(`HttpClient.send repeats ${method} with its body when it is repeatable`, async () => {
    const script = scriptedFetch([
      ...times(1, status(503), method),
      ...times(1, refused, method),
      ...times(1, status(200), method),
    ]);
    const { client } = createCase(script.fetch);
    const response = await client.send({
      method,
      url: URL,
      body: '{"a":1}',
      repeatable: true,
    });
    await response.text();
    script.done();
    assert.deepEqual(
      script.requests.map((request) => request.body),
      ['{"a":1}', '{"a":1}', '{"a":1}'],
    );
  });
}

Deno.test("HttpClient.send does not repeat GET when it is not repeatable", async () => {
  const script = scriptedFetch(times(1, status(503)));
  const { client } = createCase(script.fetch);
  const error = await rejection(
    client.send({ method: "GET", url: URL, repeatable: false }),
  );
  script.done();
  assert.doesNotMatch(error.message, /tried/);
});

Deno.test("HttpClient.send tries a host that never answered 3 times", async () => {
  const script = scriptedFetch(times(3, refused));
  const { client, clock } = createCase(script.fetch);
  const error = await rejection(client.send({ method: "GET", url: URL }));
  script.done();
  assert.equal(error.name, "NetworkError");
  assert.equal(error.retryable, true);
  assert.equal(
    error.message,
    "no answer from dss.test: connection refused (tried 3 times)",
  );
  assert.equal(error.cause, refused);
  assert.deepEqual(clock.skipped, [200, 400]);
});

Deno.test("HttpClient.send tries a host that answered before 11 times", async () => {
  const script = scriptedFetch([
    ...times(1, status(404)),
    ...times(11, refused),
  ]);
  const { client } = createCase(script.fetch);
  await rejection(client.send({ method: "GET", url: URL }));
  const error = await rejection(client.send({ method: "GET", url: URL }));
  script.done();
  assert.match(error.message, /\(tried 11 times\)$/);
});

Deno.test("HttpClient.send does not take one port's answer for another's", async () => {
  const other = "https://dss.test:8443/v1/files";
  const script = scriptedFetch([
    ...times(1, status(200)),
    ...Array(3).fill({ request: `GET ${other}`, answer: refused }),
  ]);
  const { client } = createCase(script.fetch);
  await (await client.send({ method: "GET", url: URL })).text();
  const error = await rejection(client.send({ method: "GET", url: other }));
  script.done();
  assert.match(error.message, /^no answer from dss\.test:8443: .*3 times/);
});

Deno.test("HttpClient.send recovers from failures of both kinds", async () => {
  const script = scriptedFetch([
    ...times(2, refused),
    ...times(1, status(502)),
    ...times(1, status(206)),
  ]);
  const { client } = createCase(script.fetch);
  const response = await client.send({ method: "GET", url: URL });
  script.done();
  assert.equal(response.status, 206);
  await response.text();
});

Deno.test("HttpClient.send says at DEBUG level why it tries again", async () => {
  const script = scriptedFetch([
    ...times(1, status(503)),
    ...times(1, status(200)),
  ]);
  const { client, messages } = createCase(script.fetch);
  await (await client.send({ method: "GET", url: URL })).text();
  assert.deepEqual(messages("DEBUG"), [
    `GET ${URL} answered 503 in 0 ms`,
    `trying again in 200 ms: c503: busy (HTTP 503) for GET ${URL}`,
    `GET ${URL} answered 200 in 0 ms`,
  ]);
  assert.deepEqual(messages().length, 3);
});

Deno.test("HttpClient.send refuses an answer whose status is none of HTTP", async () => {
  let cancelled = false;
  const body = new ReadableStream({ cancel: () => void (cancelled = true) });
  const odd = new Response(body);
  Object.defineProperty(odd, "status", { value: 999 });
  const script = scriptedFetch(times(1, odd));
  const { client } = createCase(script.fetch);
  const error = await rejection(client.send({ method: "GET", url: URL }));
  script.done();
  assert.equal(error.name, "ServiceError");
  assert.equal(
    error.message,
    "dss.test answered with 999, which is not an HTTP status",
  );
  assert.equal(cancelled, true);
});

Deno.test("HttpClient.send asks for the body as it is stored, unless told otherwise", async () => {
  const script = scriptedFetch(times(2, status(200)));
  const { client } = createCase(script.fetch);
  await (await client.send({ method: "GET", url: URL })).text();
  await (await client.send({
    method: "GET",
    url: URL,
    headers: { "Accept-Encoding": "gzip", "X-Other": "1" },
  })).text();
  assert.equal(script.requests[0]?.headers["accept-encoding"], "identity");
  assert.equal(script.requests[1]?.headers["accept-encoding"], "gzip");
  assert.equal(script.requests[1]?.headers["x-other"], "1");
});

Deno.test("HttpClient.send keeps status, headers and address of the answer", async () => {
  const script = scriptedFetch([{
    request: `GET ${URL}`,
    answer: new Response("{}", {
      status: 206,
      statusText: "Partial Content",
      headers: { "x-a": "1" },
    }),
  }]);
  const { client } = createCase(script.fetch);
  const response = await client.send({ method: "GET", url: URL });
  assert.deepEqual(
    [response.status, response.statusText, response.url],
    [206, "Partial Content", URL],
  );
  assert.equal(response.headers.get("x-a"), "1");
  assert.equal(await response.text(), "{}");
});

for (const code of [204, 304]) {
  Deno.test(`HttpClient.send returns a ${code}, which has no body`, async () => {
    const script = scriptedFetch([{
      request: `GET ${URL}`,
      answer: new Response(null, { status: code }),
    }]);
    const { client, clock } = createCase(script.fetch);
    const response = await client.send({ method: "GET", url: URL });
    assert.equal(response.status, code);
    assert.equal(response.body, null);
    assert.equal(clock.pending, 0);
  });
}

Deno.test("HttpClient.send sends no more than the caller's number of tries", async () => {
  const script = scriptedFetch([
    ...times(1, status(200)),
    ...times(1, status(503)),
    ...times(2, refused),
  ]);
  const { client } = createCase(script.fetch);
  await (await client.send({ method: "GET", url: URL })).text();
  await rejection(client.send({ method: "GET", url: URL, tries: 1 }));
  const error = await rejection(
    client.send({ method: "GET", url: URL, tries: 2 }),
  );
  script.done();
  assert.match(error.message, /\(tried 2 times\)$/);
});

Deno.test("HttpClient.send does not exceed the policy when the caller allows more tries", async () => {
  const script = scriptedFetch(times(3, refused));
  const { client } = createCase(script.fetch);
  await rejection(client.send({ method: "GET", url: URL, tries: 99 }));
  script.done();
});

Deno.test("HttpClient.send calls onThrottled when a service refuses, not when it fails", async () => {
  const script = scriptedFetch([
    ...times(1, status(500)),
    ...times(1, status(503)),
    ...times(1, status(429)),
    ...times(1, status(503, { "retry-after": "3" })),
    ...times(1, status(200)),
  ]);
  const { client } = createCase(script.fetch);
  const hosts: string[] = [];
  client.onThrottled = (host) => void hosts.push(host);
  await (await client.send({ method: "GET", url: URL })).text();
  script.done();
  assert.deepEqual(hosts, ["dss.test", "dss.test"]);
});
