/**
 * `hca local backup`, `restore` and `check` of a store that is served and
 * written to.
 *
 * @module
 */

import assert from "node:assert/strict";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { Sandbox } from "./_program.ts";
import {
  type Answer,
  AT,
  importBundle,
  Service,
  storeOf,
  tokenOf,
  uuidOf,
  VERSION,
} from "./_service.ts";

const WRITERS = 3;

/** Puts bundles of one file each until it is told to stop. */
class Writer {
  /** Bundles that the service has acknowledged. */
  readonly acknowledged: string[] = [];
  #isStopped = false;

  constructor(
    readonly service: Service,
    readonly token: string,
    readonly directory: string,
    readonly number: number,
  ) {}

  async run(): Promise<void> {
    for (let at = 1; !this.#isStopped; at++) {
      const number = this.number * 1_000_000 + at;
      const path = join(this.directory, `${number}.json`);
      await Deno.writeTextFile(path, JSON.stringify({ number }));
      const uuid = uuidOf(number, "f");
      await this.#put(`/files/${uuid}`, {
        source_url: pathToFileURL(path).href,
        creator_uid: 1,
      });
      const file = { uuid, version: VERSION, name: "a.json", indexed: true };
      const bundle = uuidOf(number);
      await this.#put(`/bundles/${bundle}`, { creator_uid: 1, files: [file] });
      this.acknowledged.push(bundle);
    }
  }

  stop(): void {
    this.#isStopped = true;
  }

  async #put(path: string, body: unknown): Promise<void> {
    const { token } = this;
    const target = `${path}?replica=aws&version=${VERSION}`;
    const answer = await this.service
      .fetch(target, { method: "PUT", token, body });
    assert.equal(answer.status, 201, await answer.text());
  }
}

/** The uuids of all bundles of a store. */
async function bundlesOf(sandbox: Sandbox, store: string): Promise<string[]> {
  const { status, out, err } = await sandbox.run(
    ["dss", "get-bundles-all", ...AT, "--output", "jsonl", "--per-page", "500"],
    { environment: { HCA_LOCAL_DIR: store } },
  );
  assert.equal(status, 0, err);
  return out.trimEnd().split("\n")
    .map((line): Answer => JSON.parse(line)).map(({ uuid }) => uuid);
}

Deno.test("a store that is written to is backed up, restored elsewhere and whole, and a changed byte is found", async () => {
  await using sandbox = await Sandbox.create();
  const sources = join(sandbox.directory, "sources");
  const restored = join(sandbox.directory, "restored");
  await Deno.mkdir(sources);
  const old = uuidOf(0);
  const bytes = new Uint8Array(3 * 1024 * 1024).map((_, at) => at % 251);
  await importBundle(sandbox, old, { "big.bin": bytes, "a.txt": "a" });
  const token = await tokenOf(sandbox);
  const service = await Service.start(sandbox, ["--source-dir", sources]);
  await using _service = service;
  const writers = Array.from(
    { length: WRITERS },
    (_, number) => new Writer(service, token, sources, number),
  );
  const local = (...words: string[]) => sandbox.run(["local", ...words]);
  const served = ["--data-dir", storeOf(sandbox)];
  const running = Promise.all(writers.map((writer) => writer.run()));
  while (writers.some(({ acknowledged }) => acknowledged.length < 2)) {
    await Promise.race([
      running,
      new Promise((resolve) => setTimeout(resolve, 10)),
    ]);
  }
  const before = writers.flatMap(({ acknowledged }) => [...acknowledged]);
  const backup = await local("backup", "store.tar", ...served);
  const checkServed = await local("check", ...served);
  writers.forEach((writer) => writer.stop());
  await running;
  const after = writers.flatMap(({ acknowledged }) => acknowledged);

  assert.equal(backup.status, 0, backup.err);
  assert.equal(checkServed.status, 0, checkServed.out + checkServed.err);
  assert.ok(after.length > before.length);
  const restore = await local("restore", "store.tar", "--data-dir", restored);
  assert.equal(restore.status, 0, restore.err);
  const report: Answer = JSON.parse(backup.out);
  const { blobs, bytes: sizeBytes } = JSON.parse(restore.out);
  assert.deepEqual([blobs, sizeBytes], [report.blobs, report.bytes]);
  const check = await local("check", "--data-dir", restored);
  assert.deepEqual([check.status, check.out], [0, ""], check.err);
  // All of before, and nothing but what was acknowledged.
  const kept = await bundlesOf(sandbox, restored);
  const known = new Set([old, ...after]);
  assert.deepEqual([old, ...before].filter((one) => !kept.includes(one)), []);
  const unknown = kept.filter((uuid) => !known.has(uuid));
  assert.deepEqual(unknown, []);
  const download = await sandbox.run(
    ["dss", "download", ...AT, "--bundle-uuid", old],
    { environment: { HCA_LOCAL_DIR: restored } },
  );
  assert.equal(download.status, 0, download.err);
  assert.deepEqual(
    await Deno.readFile(join(sandbox.work, `${old}.${VERSION}`, "big.bin")),
    bytes,
  );

  // One bit of the big content, in the middle.
  const sha256 = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes))
    .toHex();
  const blob = join(
    ...[restored, "blobs", sha256.slice(0, 2)],
    ...[sha256.slice(2, 6), sha256],
  );
  const changed = bytes.slice();
  changed[bytes.length >> 1] = (changed[bytes.length >> 1] ?? 0) ^ 1;
  await Deno.chmod(blob, 0o600).catch(() => {});
  await Deno.writeFile(blob, changed);
  const found = await local("check", "--data-dir", restored);
  assert.equal(found.status, 8, found.err);
  const { kind, subject, ...more } = JSON.parse(found.out);
  assert.deepEqual([kind, subject], ["blob_damaged", sha256]);
  assert.match(more.detail, /sha256/);
  assert.match(found.err, /^hca local check: error: [^\n]*damaged[^\n]*\n$/);
  const quick = await local("check", "--quick", "--data-dir", restored);
  assert.deepEqual([quick.status, quick.out], [0, ""]);
});
