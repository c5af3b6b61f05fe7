import assert from "node:assert/strict";
import { join } from "node:path";
import { createRuntime, openSqlite, serve } from "../../src/platform/mod.ts";
import { LocalDss } from "../../src/server/local_dss.ts";
import {
  finish,
  firstBundle,
  SampleStore,
  Sandbox,
  sha256Of,
  waitForLine,
} from "./_program.ts";

const LINE = /to use it: export HCA_SWAGGER_URL=(\S+)\n/;

Deno.test("hca local serve answers another hca over a port and stops at a signal", async () => {
  if (Deno.build.os === "windows") return;
  await using store = await SampleStore.create();
  await using sandbox = await Sandbox.create(store.directory);
  const server = sandbox.spawn(["local", "serve", "--port", "0"]);
  const [, url = ""] = await waitForLine(server.stdout, LINE);
  const environment = { HCA_SWAGGER_URL: url, HCA_LOCAL_DIR: "/nowhere" };
  const search = await sandbox.run(
    ["dss", "get-bundles-all", "--replica", "aws"],
    { environment },
  );
  assert.equal(search.status, 0, search.err);
  const [{ uuid, version }] = JSON.parse(search.out).bundles;
  const download = await sandbox.run(
    ["dss", "download", "--replica", "aws", "--bundle-uuid", uuid],
    { environment },
  );
  assert.equal(download.status, 0, download.err);
  const directory = join(sandbox.work, `${uuid}.${version}`);
  const text = await Deno.readTextFile(join(directory, "bundle.json"));
  for (const file of JSON.parse(text).bundle.files) {
    assert.equal(await sha256Of(join(directory, file.name)), file.sha256);
  }
  server.kill("SIGTERM");
  const said = await new Response(server.stderr).text();
  assert.equal((await server.status).code, 0, said);
  assert.match(said, /^hca: stopped$/m);
});

Deno.test("hca local serve on a port in use exits 9 with one line", async () => {
  await using sandbox = await Sandbox.create();
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  try {
    const { port } = listener.addr as Deno.NetAddr;
    const { status, err } = await sandbox.run([
      ...["local", "serve", "--no-samples", "--port", String(port)],
      ...["--data-dir", join(sandbox.directory, "store")],
    ]);
    assert.equal(status, 9);
    assert.match(err, /error: cannot listen on 127\.0\.0\.1:\d+: .*--port/);
    assert.equal(err.trimEnd().split("\n").length, 1);
  } finally {
    listener.close();
  }
});

Deno.test("hca dss download interrupted in the middle exits 130 and leaves no partial file", async () => {
  if (Deno.build.os === "windows") return;
  await using store = await SampleStore.create();
  await using sandbox = await Sandbox.create(store.directory);
  const bundle = await firstBundle(sandbox);
  const stop = new AbortController();
  using dss = await LocalDss.open({
    dataDir: store.directory,
    runtime: createRuntime(),
    openDatabase: openSqlite,
    version: "0.0.0",
  });
  const stalled = Promise.withResolvers<void>();
  const gone = Promise.withResolvers<void>();
  const listening = Promise.withResolvers<number>();
  const serving = serve(async (request) => {
    const response = await dss.handler(request);
    const size = Number(response.headers.get("content-length"));
    if (!request.url.includes("/blobs/") || size < 5000) return response;
    // Sends a first piece and then nothing more.
    await response.body?.cancel();
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        controller.enqueue(new Uint8Array(1000));
        stalled.resolve();
        return gone.promise;
      },
      cancel: () => gone.resolve(),
    }, { highWaterMark: 0 });
    return new Response(body, {
      headers: { "content-length": String(size) },
    });
  }, {
    host: "127.0.0.1",
    port: 0,
    signal: stop.signal,
    onListen: ({ port }) => listening.resolve(port),
  });
  const port = await listening.promise;
  const child = sandbox.spawn(
    ["dss", "download", "--replica", "aws", "--bundle-uuid", bundle.uuid],
    {
      environment: {
        HCA_SWAGGER_URL: `http://127.0.0.1:${port}/v1/swagger.json`,
      },
    },
  );
  await stalled.promise;
  child.kill("SIGINT");
  const { status, err } = await finish(child);
  stop.abort();
  await serving;
  assert.equal(status, 130, err);
  assert.match(err, /hca dss download: error: interrupted/);
  const names = await sandbox.files();
  assert.deepEqual(names.filter((name) => name.includes(".part")), []);
  const small = new Set(
    bundle.files.filter(({ size }) => size < 5000).map(({ name }) => name),
  );
  for (const name of names) {
    const [directory, ...rest] = name.split("/");
    if (directory === ".hca" || rest[0] === "bundle.json") continue;
    assert.ok(small.has(rest.join("/")), name);
  }
});
