import assert from "node:assert/strict";
import { LocalError } from "../../src/base/mod.ts";
import { serve } from "../../src/platform/deno_serve.ts";

/** Serves a handler while `work` asks it; what Deno warned of. */
async function withServer(
  handler: (request: Request) => Promise<Response>,
  work: (port: number) => Promise<void>,
): Promise<string[]> {
  const warnings: string[] = [];
  const { warn } = console;
  // deno-lint-ignore no-console -- Deno itself says it there
  console.warn = (...words) => warnings.push(words.join(" "));
  const stop = new AbortController();
  const listening = Promise.withResolvers<number>();
  const serving = serve(handler, {
    host: "127.0.0.1",
    port: 0,
    signal: stop.signal,
    onListen: ({ port }) => listening.resolve(port),
  });
  try {
    await work(await listening.promise);
  } finally {
    stop.abort();
    await serving;
    // deno-lint-ignore no-console -- put back
    console.warn = warn;
  }
  return warnings;
}

Deno.test("serve's requests have a signal that a good answer does not abort, and no warning comes of it", async () => {
  const signals: AbortSignal[] = [];
  const warnings = await withServer((request) => {
    signals.push(request.signal);
    assert.equal(request.signal, request.signal);
    return Promise.resolve(new Response("ok"));
  }, async (port) => {
    for (let count = 0; count < 2; count++) {
      const answer = await fetch(`http://127.0.0.1:${port}/`);
      assert.equal(await answer.text(), "ok");
    }
  });
  assert.deepEqual(signals.map(({ aborted }) => aborted), [false, false]);
  assert.deepEqual(warnings, []);
});

Deno.test("serve throws a LocalError for a port that is taken", async () => {
  await withServer(
    () => Promise.reject(new Error("not asked")),
    async (port) => {
      await assert.rejects(
        serve(() => Promise.reject(new Error("not asked")), {
          host: "127.0.0.1",
          port,
          signal: new AbortController().signal,
          onListen: () => assert.fail("it listens"),
        }),
        (error) =>
          error instanceof LocalError && error.reason === "busy" &&
          error.message ===
            `cannot listen on 127.0.0.1:${port}: another program does`,
      );
    },
  );
});
