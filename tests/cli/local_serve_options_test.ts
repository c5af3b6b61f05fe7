import assert from "node:assert/strict";
import type { Environment } from "../../src/commands/mod.ts";
import { namesBelow, uuidOf } from "../support/local_store.ts";
import { TestEnvironment } from "../support/test_environment.ts";

type ServeOptions = Parameters<Environment["serve"]>[1];
type Handler = Parameters<Environment["serve"]>[0];

/** Puts a `serve` in place that listens nowhere and lets a test ask. */
function serving(
  hca: TestEnvironment,
  ask: (handler: Handler, origin: string) => Promise<void> = async () => {},
): ServeOptions[] {
  const all: ServeOptions[] = [];
  hca.serve = async (handler, options) => {
    all.push(options);
    options.onListen({ host: options.host, port: 9000 });
    await ask(handler, `http://${options.host}:9000`);
  };
  return all;
}

/** Makes the store, with one bundle. */
async function makeStore(hca: TestEnvironment): Promise<void> {
  await Deno.mkdir(hca.path("files"));
  await Deno.writeTextFile(hca.path("files/a.txt"), "a");
  const { status, err } = await hca.runLine("hca local import files");
  assert.equal(status, 0, err);
}

const REFUSED: [args: string, message: RegExp][] = [
  [
    "--host 0.0.0.0",
    /'0\.0\.0\.0' can be reached from other machines.*--allow-remote/s,
  ],
  ["--host ::", /'::' can be reached from other machines/],
  ["--host example.org", /'example\.org' can be reached from other machines/],
  ["--cert c.pem", /--cert and --key go together/],
  ["--key k.pem", /--cert and --key go together/],
  ["--s3-endpoint ftp://x", /--s3-endpoint must be an http or https address/],
  ["--async-above -1", /async-above/],
];

for (const [args, message] of REFUSED) {
  Deno.test(`hca local serve ${args} is refused and leaves nothing`, async () => {
    await using hca = await TestEnvironment.create();
    const served = serving(hca);
    const { status, out, err } = await hca.runLine(`hca local serve ${args}`);
    assert.match(err, message);
    assert.equal(status, 2);
    assert.equal(out, "");
    assert.deepEqual(served, []);
    assert.deepEqual(namesBelow(hca.dataDir), []);
  });
}

Deno.test("hca local serve --cert of a file that is not there exits 9 and leaves nothing", async () => {
  await using hca = await TestEnvironment.create();
  const served = serving(hca);
  const { status, err } = await hca.runLine(
    "hca local serve --cert none.pem --key none.pem",
  );
  assert.match(err, /none\.pem/);
  assert.equal(err.trimEnd().split("\n").length, 1);
  assert.equal(status, 9);
  assert.deepEqual(served, []);
  assert.deepEqual(namesBelow(hca.dataDir), []);
});

Deno.test("hca local serve --source-dir of what is no directory exits 9 and leaves nothing", async () => {
  await using hca = await TestEnvironment.create();
  const served = serving(hca);
  await hca.write("plain", "");
  for (const name of ["none", "plain"]) {
    const { status, err } = await hca.runLine(
      `hca local serve --source-dir ${name}`,
    );
    assert.equal(
      err,
      `hca local serve: error: --source-dir '${name}' is not a directory\n`,
    );
    assert.equal(status, 9);
  }
  assert.deepEqual(served, []);
  assert.deepEqual(namesBelow(hca.dataDir), []);
});

Deno.test("hca local serve prints the host that was asked for, which a certificate is for", async () => {
  await using hca = await TestEnvironment.create();
  hca.serve = (_handler, { onListen }) => {
    onListen({ host: "127.0.0.1", port: 9000 });
    return Promise.resolve();
  };
  const { out } = await hca.runLine(
    "hca local serve --host localhost --no-samples",
  );
  assert.match(out, /HCA_SWAGGER_URL=http:\/\/localhost:9000\/v1/);
});

Deno.test("hca local serve --allow-remote listens where others reach it, and takes their Host", async () => {
  await using hca = await TestEnvironment.create();
  const statuses: number[] = [];
  const served = serving(hca, async (handler) => {
    for (const host of ["192.0.2.7:9000", "dss.example.org"]) {
      const request = new Request(`http://${host}/version`, {
        headers: { host },
      });
      statuses.push((await handler(request)).status);
    }
  });
  const { status, err } = await hca.runLine(
    "hca local serve --host 0.0.0.0 --allow-remote --no-samples",
  );
  assert.equal(status, 0, err);
  assert.equal(served[0]?.host, "0.0.0.0");
  assert.deepEqual(statuses, [200, 200]);
});

Deno.test("hca local serve --cert C --key K serves https with what is in the files", async () => {
  await using hca = await TestEnvironment.create();
  await Deno.writeTextFile(hca.path("c.pem"), "the chain");
  await Deno.writeTextFile(hca.path("k.pem"), "the key");
  const served = serving(hca);
  const { status, out, err } = await hca.runLine(
    "hca local serve --cert c.pem --key k.pem --no-samples",
  );
  assert.equal(status, 0, err);
  assert.deepEqual(served[0]?.tls, { cert: "the chain", key: "the key" });
  assert.match(out, /HCA_SWAGGER_URL=https:\/\/127\.0\.0\.1:9000\/v1/);
  assert.ok(!`${out}${err}`.includes("the key"));
});

Deno.test("hca local serve --read-only answers 503 to what writes and serves what reads", async () => {
  await using hca = await TestEnvironment.create();
  const token = await hca.runLine("hca local token");
  const authorization = `Bearer ${token.out.trim()}`;
  const answers: [number, string | undefined][] = [];
  serving(hca, async (handler, origin) => {
    const ask = async (path: string, method: string, body?: string) => {
      const response = await handler(
        new Request(`${origin}/v1${path}`, {
          method,
          headers: { authorization, "content-type": "application/json" },
          ...(body !== undefined && { body }),
        }),
      );
      answers.push([response.status, (await response.json()).code]);
    };
    const uuid = uuidOf(1);
    await ask("/bundles/all?replica=aws", "GET");
    await ask(`/bundles/${uuid}?replica=aws`, "DELETE", '{"reason":"test"}');
    await ask(`/collections/${uuid}?replica=aws`, "DELETE");
    await ask("/search?replica=aws", "POST", '{"es_query":{}}');
  });
  const { status, err } = await hca.runLine(
    "hca local serve --read-only --no-samples",
  );
  assert.equal(status, 0, err);
  assert.deepEqual(answers, [
    [200, undefined],
    [503, "read_only"],
    [503, "read_only"],
    [200, undefined],
  ]);
});

Deno.test("hca local serve --log-format json says each request as JSON, without its query", async () => {
  await using hca = await TestEnvironment.create();
  serving(hca, async (handler, origin) => {
    const url = `${origin}/v1/bundles/all?replica=aws&token=secret`;
    await (await handler(new Request(url))).body?.cancel();
  });
  const { status, err } = await hca.runLine(
    "hca --log-format json local serve --no-samples",
  );
  assert.equal(status, 0, err);
  const line = err.split("\n").find((line) => line.includes("/bundles/all"));
  assert.ok(line !== undefined, err);
  const { level, message, time, ms, request_id: id, ...record } = JSON.parse(
    line,
  );
  assert.equal(level, "INFO");
  assert.match(message, /^GET \/v1\/bundles\/all 200 [\d.]+ ms [\w-]{36}$/);
  assert.ok(Math.abs(Date.parse(time) - Date.now()) < 60_000, time);
  assert.equal(typeof ms, "number");
  assert.match(id, /^[0-9a-f-]{36}$/);
  assert.deepEqual(record, {
    method: "GET",
    path: "/v1/bundles/all",
    status: 200,
  });
  assert.ok(!err.includes("secret"));
});

Deno.test("hca local backup and restore bring a store elsewhere", async () => {
  await using hca = await TestEnvironment.create();
  await makeStore(hca);
  const backup = await hca.runLine("hca local backup store.tar");
  assert.equal(backup.status, 0, backup.err);
  const report = JSON.parse(backup.out);
  assert.equal(report.bundles, 1);
  const restore = await hca.runLine(
    "hca local restore store.tar --data-dir elsewhere",
  );
  assert.equal(restore.status, 0, restore.err);
  const { blobs, bytes } = JSON.parse(restore.out);
  assert.deepEqual({ blobs, bytes }, {
    blobs: report.blobs,
    bytes: report.bytes,
  });
  const info = await hca.runLine("hca local info --data-dir elsewhere");
  assert.equal(JSON.parse(info.out).bundles, 1);
});

const RESTORES: [
  what: string,
  line: string,
  message: RegExp,
  status: number,
][] = [
  [
    "over a store",
    "hca local restore store.tar",
    /holds a store.*hca local reset/s,
    9,
  ],
  [
    "of a file that is not there",
    "hca local restore none.tar --data-dir new",
    /there is no file 'none\.tar'/,
    9,
  ],
  [
    "of a directory",
    "hca local restore elsewhere --data-dir new",
    /there is no file 'elsewhere'/,
    9,
  ],
  [
    "of something else",
    "hca local restore junk.tar --data-dir new",
    /the archive is damaged/,
    10,
  ],
];

for (const [what, line, message, status] of RESTORES) {
  Deno.test(`hca local restore ${what} is refused and leaves nothing`, async () => {
    await using hca = await TestEnvironment.create();
    await makeStore(hca);
    await hca.runLine("hca local backup store.tar");
    await Deno.mkdir(hca.path("elsewhere"));
    await Deno.writeTextFile(hca.path("junk.tar"), "x".repeat(3000));
    const result = await hca.runLine(line);
    assert.match(result.err, message);
    assert.equal(result.out, "");
    assert.equal(result.status, status, result.err);
    assert.deepEqual(namesBelow(hca.path("new")), []);
    await assert.rejects(Deno.stat(hca.path("new")));
  });
}

Deno.test("hca local backup of no store exits 9 and makes none", async () => {
  await using hca = await TestEnvironment.create();
  const { status, err } = await hca.runLine("hca local backup store.tar");
  assert.match(err, /there is no embedded store/);
  assert.equal(status, 9);
  assert.deepEqual(namesBelow(hca.dataDir), []);
  await assert.rejects(Deno.stat(hca.path("store.tar")));
});
