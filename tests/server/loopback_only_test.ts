import assert from "node:assert/strict";
import { isLoopback, loopbackOnly } from "../../src/server/mod.ts";

const handler = loopbackOnly(() => Promise.resolve(new Response("data")));

async function ask(url: string, origin?: string): Promise<number> {
  const headers: Record<string, string> = origin === undefined
    ? {}
    : { origin };
  const response = await handler(new Request(url, { headers }));
  await response.body?.cancel();
  return response.status;
}

Deno.test("loopbackOnly answers requests that name this machine", async () => {
  for (
    const host of ["127.0.0.1:8473", "localhost:1", "[::1]:1", "127.9.9.9"]
  ) {
    assert.equal(await ask(`http://${host}/v1/bundles/all`), 200, host);
    assert.equal(await ask(`http://${host}/`, `http://${host}`), 200, host);
  }
});

Deno.test("loopbackOnly refuses a page whose name leads here", async () => {
  for (
    const host of [
      ...["evil.example", "127.0.0.1.evil.example", "10.0.0.1"],
      ...["localhost.evil.example", "127.0.0.256.example"],
    ]
  ) {
    assert.equal(await ask(`http://${host}/v1/bundles/all`), 403, host);
  }
});

Deno.test("loopbackOnly refuses a page of another origin", async () => {
  for (
    const origin of ["https://evil.example", "null", "http://10.0.0.1:8473"]
  ) {
    assert.equal(await ask("http://127.0.0.1:8473/", origin), 403, origin);
  }
});

Deno.test("isLoopback knows addresses as they are given to --host", () => {
  for (const host of ["127.0.0.1", "localhost", "::1"]) {
    assert.ok(isLoopback(host), host);
  }
  for (const host of ["0.0.0.0", "::", "192.168.1.2", "example.org"]) {
    assert.ok(!isLoopback(host), host);
  }
});
