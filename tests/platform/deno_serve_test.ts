import assert from "node:assert/strict";
import { LocalError } from "../../src/base/mod.ts";
import { serve } from "../../src/platform/deno_serve.ts";
import { serveHandler } from "../support/served_handler.ts";

/** Serves a handler while `work` asks it; what Deno warned of. */
async function withServer(
  handler: (request: Request) => Promise<Response>,
  work: (port: number) => Promise<void>,
): Promise<string[]> {
  const warnings: string[] = [];
  const { warn } = console;
  // deno-lint-ignore no-console -- Deno itself says it there
  console.warn = (...words) => warnings.push(words.join(" "));
  try {
    await using server = await serveHandler(handler);
    await work(server.port);
  } finally {
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

Deno.test("serve throws a LocalError for an address of another machine, and says what to do", async () => {
  // RFC 5737: nobody's address.
  await assert.rejects(
    serve(() => Promise.reject(new Error("not asked")), {
      host: "192.0.2.1",
      port: 0,
      signal: new AbortController().signal,
      onListen: () => assert.fail("it listens"),
    }),
    {
      name: "LocalError",
      message: "cannot listen on 192.0.2.1:0: this machine has no such address",
      hint: "Choose another --host; 0.0.0.0 takes all of them.",
    },
  );
});

// `finished` and `shutdown` of a server that the test plays.
function fakeServer(port: number) {
  const end = Promise.withResolvers<void>();
  const finished = end.promise;
  finished.catch(() => {});
  return {
    addr: { hostname: "127.0.0.1", port, transport: "tcp" as const },
    finished,
    shutdown: () => {
      end.resolve();
      return Promise.resolve();
    },
    fail: (message: string) => end.reject(new Deno.errors.Http(message)),
  };
}

Deno.test("serve listens again on its port after files ran out, and tells why", async () => {
  const servers = [fakeServer(7001), fakeServer(7001)];
  const asked: number[] = [];
  const listened = servers.map(() => Promise.withResolvers<void>());
  const { serve: real } = Deno;
  const fake = ({ port }: { port: number }) => {
    const count = asked.push(port) - 1;
    listened[count]?.resolve();
    return servers[count];
  };
  Deno.serve = fake as unknown as typeof Deno.serve;
  try {
    const stop = new AbortController();
    const addresses: number[] = [];
    const told: string[] = [];
    const serving = serve(() => Promise.resolve(new Response()), {
      host: "127.0.0.1",
      port: 0,
      signal: stop.signal,
      onListen: ({ port }) => addresses.push(port),
      onRefusing: ({ message }) => told.push(message),
    });
    servers[0]?.fail("Error: Too many open files (os error 24)");
    await listened[1]?.promise;
    assert.deepEqual(asked, [0, 7001]);
    assert.deepEqual(addresses, [7001]);
    assert.deepEqual(told, [
      "cannot take more connections: too many open files (see ulimit -n)",
    ]);
    stop.abort();
    await serving;
  } finally {
    Deno.serve = real;
  }
});
