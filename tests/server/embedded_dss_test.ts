import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { type Fetch, LocalError } from "../../src/base/mod.ts";
import { HttpClient } from "../../src/http/mod.ts";
import {
  createNodeHash,
  denoFiles,
  openSqlite,
} from "../../src/platform/mod.ts";
import { EmbeddedDss } from "../../src/server/mod.ts";
import { LocalStore } from "../support/local_store.ts";
import { createMemoryLog, type MemoryLog } from "../support/memory_log.ts";

const HEALTH = "http://dss.hca.localhost/internal/health";

function create(
  store: LocalStore,
): { embedded: EmbeddedDss; log: MemoryLog; opened: () => number } {
  const log = createMemoryLog();
  let opened = 0;
  const embedded = new EmbeddedDss({
    dataDir: store.dataDir,
    runtime: {
      files: denoFiles,
      clock: store.clock,
      random: Math.random,
      createHash: createNodeHash,
      log: log.log,
    },
    openDatabase: (path) => {
      opened++;
      return openSqlite(path);
    },
    version: "1.2.3",
  });
  return { embedded, log, opened: () => opened };
}

Deno.test("EmbeddedDss.fetch answers for its own host and leaves the rest to the network", async () => {
  await using store = await LocalStore.open();
  await store.dss.decideSamples(false);
  const { embedded, log } = create(store);
  using _closing = embedded;
  const network: string[] = [];
  const fetch = embedded.fetch((request) => {
    network.push(request.url);
    return Promise.resolve(new Response("network"));
  });
  const others = [
    "https://dss.hca.localhost/internal/health",
    "http://dss.hca.localhost:8080/internal/health",
    "http://hca.localhost/",
    "https://elsewhere.test/",
  ];
  for (const url of others) {
    assert.equal(await (await fetch(new Request(url))).text(), "network");
  }
  assert.deepEqual(network, others);
  const answer = await fetch(new Request(HEALTH));
  assert.deepEqual(await answer.json(), { Healthy: true });
  assert.equal(network.length, others.length);
  assert.deepEqual(log.messages(), [
    `no service is configured; using the embedded one in ${store.dataDir}`,
  ]);
});

Deno.test("EmbeddedDss opens its store at the first request, and once", async () => {
  await using store = await LocalStore.open();
  await store.dss.decideSamples(false);
  const { embedded, log, opened } = create(store);
  using _closing = embedded;
  assert.equal(
    embedded.document.url,
    "http://dss.hca.localhost/v1/swagger.json",
  );
  const fetch = embedded.fetch(() => assert.fail("no network"));
  assert.equal(opened(), 0);
  const answers = await Promise.all(
    [1, 2, 3].map(() => fetch(new Request(HEALTH))),
  );
  for (const answer of answers) await answer.body?.cancel();
  assert.equal(opened(), 1);
  assert.equal(log.entries.length, 1);
});

Deno.test("EmbeddedDss.fetch opens nothing when the request was aborted", async () => {
  await using store = await LocalStore.open();
  const { embedded, opened } = create(store);
  using _closing = embedded;
  const fetch = embedded.fetch(() => assert.fail("no network"));
  const request = new Request(HEALTH, { signal: AbortSignal.abort("enough") });
  await assert.rejects(
    fetch(request),
    (reason) => reason === "enough",
  );
  assert.equal(opened(), 0);
});

Deno.test("EmbeddedDss makes a new store with sample bundles and says so", async () => {
  await using store = await LocalStore.open();
  const { embedded, log } = create(store);
  using _closing = embedded;
  const fetch = embedded.fetch(() => assert.fail("no network"));
  const answer = await fetch(
    new Request("http://dss.hca.localhost/v1/bundles/all?replica=aws"),
  );
  assert.equal((await answer.json()).bundles.length, 3);
  assert.deepEqual(log.entries, [{
    level: "INFO",
    message: "no service is configured; made an embedded one with 3 sample " +
      `bundles in ${store.dataDir}`,
  }]);
});

Deno.test("EmbeddedDss can be closed when it was never opened, and twice", async () => {
  await using store = await LocalStore.open();
  const { embedded } = create(store);
  embedded[Symbol.dispose]();
  embedded[Symbol.dispose]();
});

Deno.test("EmbeddedDss.fetch tells a damaged database as hca local check does, and is not asked again", async () => {
  await using store = await LocalStore.open();
  await store.dss.decideSamples(false);
  const path = `${store.dataDir}/dss.sqlite`;
  damageTable(path, "bundles");
  const { embedded, log } = create(store);
  using _closing = embedded;
  let asked = 0;
  const answer = embedded.fetch(() => Promise.reject(new TypeError("none")));
  const fetch: Fetch = (request) => {
    asked++;
    return answer(request);
  };
  const http = new HttpClient({
    fetch,
    clock: store.clock,
    random: Math.random,
    log: log.log,
  });
  const url = "http://dss.hca.localhost/v1/bundles/" +
    "aaaaaaaa-0000-4000-8000-000000000001?replica=aws";
  await assert.rejects(http.send({ method: "GET", url }), (error) => {
    assert.ok(error instanceof LocalError);
    assert.equal(
      error.message,
      `cannot use the database ${path}: database disk image is malformed`,
    );
    assert.match(error.hint ?? "", /^It is damaged; restore a backup /);
    return true;
  });
  assert.equal(asked, 1);
});

/** Overwrites the pages on which a table and its indexes begin. */
function damageTable(path: string, name: string): void {
  const database = new DatabaseSync(path);
  database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
  const rows = database
    .prepare("SELECT rootpage FROM sqlite_master WHERE tbl_name = ?").all(name);
  database.close();
  using file = Deno.openSync(path, { write: true });
  for (const { rootpage } of rows) {
    file.seekSync((Number(rootpage) - 1) * 4096, Deno.SeekMode.Start);
    file.writeSync(new Uint8Array(4096).fill(255));
  }
}
