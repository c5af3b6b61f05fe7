import assert from "node:assert/strict";
import { createDenoFetch, createRuntime } from "../../src/platform/mod.ts";
import { answers, FaultServer, redirects } from "../support/fault_server.ts";

Deno.test("createRuntime closes its connections, and opens none before a request", async () => {
  await using server = new FaultServer({ "/a": answers({ body: "ok" }) });
  {
    using _unused = createRuntime();
  }
  using runtime = createRuntime();
  const response = await runtime.fetch(new Request(`${server.origin}/a`));
  assert.equal(await response.text(), "ok");
});

Deno.test("createRuntime takes other parts instead of its own", () => {
  const random = () => 0.25;
  using runtime = createRuntime({ random });
  assert.equal(runtime.random, random);
  assert.equal(runtime.log("INFO", "dropped"), undefined);
});

Deno.test("createDenoFetch follows no redirect when it is told not to", async () => {
  await using server = new FaultServer({
    "/a": redirects(302, "/b", { "retry-after": "3" }),
  });
  using fetch = createDenoFetch();
  const response = await fetch(
    new Request(`${server.origin}/a`, { redirect: "manual" }),
  );
  await response.body?.cancel();
  assert.equal(response.status, 302);
  assert.equal(response.headers.get("location"), "/b");
  assert.equal(response.headers.get("retry-after"), "3");
  assert.equal(server.requests.length, 1);
});

Deno.test("createDenoFetch can be used again after it was disposed", async () => {
  await using server = new FaultServer({ "/a": answers({ body: "ok" }) });
  using fetch = createDenoFetch();
  for (let round = 0; round < 2; round++) {
    const response = await fetch(new Request(`${server.origin}/a`));
    assert.equal(await response.text(), "ok");
    fetch[Symbol.dispose]();
  }
});
