/**
 * How `hca local serve` behaves as a service: health, log, drain, read-only,
 * TLS and who may reach it.
 *
 * @module
 */

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { authority, forLocalhost } from "../http/_certificates.ts";
import { Sandbox } from "./_program.ts";
import {
  ADMIN,
  importBundle,
  objectsOf,
  Service,
  storeOf,
  tokenOf,
  until,
  uuidOf,
  VERSION,
} from "./_service.ts";

const BUNDLE = uuidOf(1);
// More than what sockets and buffers on the way hold.
const BIG_BYTES = 48 * 1024 * 1024;

Deno.test({
  name:
    "hca local serve ends a slow download after SIGTERM, takes no new connection, and says each request as JSON",
  ignore: Deno.build.os === "windows",
  async fn() {
    await using sandbox = await Sandbox.create();
    const big = new Uint8Array(BIG_BYTES).map((_, at) => at >> 12);
    await importBundle(sandbox, BUNDLE, { "big.bin": big });
    await using service = await Service.start(sandbox);
    const health = await fetch(`${service.origin}/internal/health`);
    assert.equal(health.status, 200);
    assert.deepEqual(await health.json(), { Healthy: true });
    const listed = await service.fetch(
      `/bundles/${BUNDLE}?replica=aws&a=PLANTED`,
    );
    const { bundle: { files: [{ uuid, sha256 }] } } = await listed.json();
    const found = await service.fetch(`/files/${uuid}?replica=aws`);
    await found.body?.cancel();
    const location = new URL(found.headers.get("location") ?? "");
    const slow = await fetch(location);
    const reader = (slow.body ?? assert.fail()).getReader();
    const hash = createHash("sha256").update(
      (await reader.read()).value ?? assert.fail(),
    );

    service.process.kill("SIGTERM");
    const { port } = new URL(service.origin);
    await until(async () => {
      try {
        (await Deno.connect({ port: Number(port) })).close();
      } catch (error) {
        return error instanceof Deno.errors.ConnectionRefused || undefined;
      }
    }, "the refusal of a connection");
    const ended = service.process.status.then(() => "ended");
    assert.equal(await Promise.race([ended, reader.read().then(take)]), "read");
    while (take(await reader.read()) === "read");
    assert.equal(hash.digest("hex"), sha256);
    assert.equal(await ended, "ended");

    // Not with `stop`: a second signal would end it at once.
    const { status, err } = await service.ended();
    assert.equal(status, 0, err);
    assert.ok(!err.includes("PLANTED"), err);
    const log = objectsOf(err);
    assert.deepEqual(log.pop(), { level: "INFO", message: "stopped" });
    assert.deepEqual(
      log.map(({ method, path, status }) => [method, path, status]),
      [
        ["GET", "/internal/health", 200],
        ["GET", `/v1/bundles/${BUNDLE}`, 200],
        ["GET", `/v1/files/${uuid}`, 302],
        ["GET", location.pathname, 200],
      ],
    );
    for (const { level, ms, time, request_id: id } of log) {
      assert.equal(level, "INFO");
      assert.equal(typeof ms, "number");
      assert.match(time, /^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
      assert.match(id, /^[0-9a-f-]{36}$/);
    }
    assert.equal(log[0]?.request_id, health.headers.get("x-aws-request-id"));

    function take(
      { done, value }: ReadableStreamReadResult<Uint8Array>,
    ): string {
      if (value !== undefined) hash.update(value);
      return done ? "done" : "read";
    }
  },
});

Deno.test("hca local serve --read-only reads and searches, and refuses all that writes", async () => {
  await using sandbox = await Sandbox.create();
  await importBundle(sandbox, BUNDLE, { "a.txt": "a" });
  const token = await tokenOf(sandbox, ADMIN);
  await using service = await Service.start(sandbox, ["--read-only"]);
  const at = `/bundles/${BUNDLE}?replica=aws`;
  const [whole, search] = await Promise.all([
    service.fetch(at),
    service.fetch("/search?replica=aws", {
      method: "POST",
      body: { es_query: {} },
    }),
  ]);
  const { bundle: { files: [{ uuid }] } } = await whole.json();
  assert.equal((await search.json()).total_hits, 1);
  const put = { creator_uid: 1, files: [] };
  const url = { source_url: "http://127.0.0.1/", creator_uid: 1 };
  const collection = { name: "", description: "", details: {}, contents: [] };
  const version = `version=${VERSION}`;
  const writes: [string, string, unknown, retryAfter: string][] = [
    ["HEAD", `/files/${uuid}?replica=aws`, undefined, "10"],
    ["PUT", `/files/${uuid}?${version}`, url, "10"],
    ["PUT", `${at}&${version}`, put, "10"],
    ["PATCH", `${at}&${version}`, {}, "600"],
    ["DELETE", at, { reason: "test" }, "10"],
    [
      "PUT",
      `/collections?replica=aws&uuid=${uuid}&${version}`,
      collection,
      "10",
    ],
    ["PUT", "/subscriptions?replica=aws", {
      callback_url: "http://localhost/",
    }, "10"],
  ];
  for (const [method, path, body, retryAfter] of writes) {
    const answer = await service.fetch(path, { method, token, body });
    const text = await answer.text();
    assert.equal(answer.status, 503, `${method} ${path}: ${text}`);
    assert.equal(answer.headers.get("retry-after"), retryAfter, method);
    if (method !== "HEAD") assert.equal(JSON.parse(text).code, "read_only");
  }
});

Deno.test("hca local serve --cert --key serves hca over TLS, which trusts it by DENO_CERT only", async () => {
  await using sandbox = await Sandbox.create();
  const path = (name: string) => join(sandbox.directory, name);
  await Deno.writeTextFile(path("ca.pem"), authority);
  await Deno.writeTextFile(path("cert.pem"), forLocalhost.cert);
  await Deno.writeTextFile(path("key.pem"), forLocalhost.key);
  await using service = await Service.start(sandbox, [
    ...["--host", "localhost"],
    ...["--cert", path("cert.pem"), "--key", path("key.pem")],
  ]);
  assert.match(service.origin, /^https:\/\/localhost:\d+$/);
  const words = ["--log-level", "ERROR", "dss", "get-bundles-all"];
  const run = (environment: Record<string, string>) =>
    sandbox.run([...words, "--replica", "aws"], {
      environment: { ...service.environment, ...environment },
    });
  const trusting = await run({ DENO_CERT: path("ca.pem") });
  assert.equal(trusting.status, 0, trusting.err);
  const all = JSON.parse(trusting.out);
  assert.deepEqual(all.bundles, []);
  assert.equal(all.dss_api, service.origin);
  const doubting = await run({});
  assert.equal(doubting.status, 6, doubting.err);
  assert.match(doubting.err, /certificate/);
  assert.equal(doubting.err.trimEnd().split("\n").length, 1);
});

for (
  const [words, status, says] of [
    [
      ["--host", "0.0.0.0"],
      2,
      /'0\.0\.0\.0' can be reached from other machines.*--allow-remote/,
    ],
    [["--cert", "c.pem"], 2, /--cert and --key go together/],
    [["--cert", "c.pem", "--key", "c.pem"], 9, /c\.pem/],
  ] as const
) {
  Deno.test(`hca local serve ${words.join(" ")} exits ${status} with one line and makes no store`, async () => {
    await using sandbox = await Sandbox.create();
    const result = await sandbox.run([
      ...["local", "serve", "--data-dir", storeOf(sandbox), ...words],
    ]);
    assert.equal(result.status, status, result.err);
    assert.match(result.err, says);
    assert.match(result.err, /^hca local serve: error: [^\n]*\n$/);
    assert.equal(result.out, "");
    await assert.rejects(Deno.stat(storeOf(sandbox)), Deno.errors.NotFound);
  });
}
