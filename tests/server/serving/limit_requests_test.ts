import assert from "node:assert/strict";
import {
  DEFAULT_LIMITS,
  limitRequests,
} from "../../../src/server/serving/mod.ts";

const answer = () => Promise.resolve(new Response("ok"));

for (
  const [what, request, status] of [
    ["an ordinary request", new Request("http://dss.test/v1/x"), 200],
    [
      "an address that is too long",
      new Request(`http://dss.test/${"a".repeat(40_000)}`),
      414,
    ],
    [
      "headers that are too large",
      new Request("http://dss.test/", {
        headers: { "x-much": "a".repeat(130_000), "x-more": "a".repeat(2000) },
      }),
      431,
    ],
    [
      "a body that says it is too large",
      new Request("http://dss.test/", {
        headers: { "content-length": String(DEFAULT_LIMITS.bodyBytes + 1) },
      }),
      413,
    ],
  ] as const
) {
  Deno.test(`limitRequests answers ${status} to ${what}`, async () => {
    const response = await limitRequests(answer)(request);
    assert.equal(response.status, status);
    await response.body?.cancel();
  });
}

Deno.test("limitRequests answers 503 with Retry-After to one too many, and works again afterwards", async () => {
  const open = Promise.withResolvers<Response>();
  const handler = limitRequests(() => open.promise, {
    ...DEFAULT_LIMITS,
    concurrent: 2,
  });
  const request = () => new Request("http://dss.test/");
  const first = [handler(request()), handler(request())];
  const third = await handler(request());
  assert.equal(third.status, 503);
  assert.equal(third.headers.get("retry-after"), "1");
  assert.deepEqual(await third.json(), {
    message: "Too many requests at once",
  });
  open.resolve(new Response(null, { status: 204 }));
  for (const response of await Promise.all(first)) {
    assert.equal(response.status, 204);
  }
  assert.equal((await handler(request())).status, 204);
});
