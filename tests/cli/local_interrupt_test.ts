/** Ctrl-C while `hca local` reads contents, which can take hours. */
import assert from "node:assert/strict";
import { CancelledError } from "../../src/base/mod.ts";
import { namesBelow, TestEnvironment } from "../support/test_environment.ts";

const LONG = 4 << 20;
const PIECE = 64 << 10;

/** A store with one long content, and a backup of it. */
async function withLongContent(): Promise<TestEnvironment> {
  const hca = await TestEnvironment.create();
  await hca.write("data/long.bin", new Uint8Array(LONG).fill(7));
  await hca.run("local", "import", "data");
  await hca.run("local", "backup", "store.tar");
  return hca;
}

/** Ctrl-C with the first piece that is read; returns what was read. */
function interruptReading(hca: TestEnvironment): { bytes: number } {
  const { files } = hca.runtime;
  const read = { bytes: 0 };
  files.readChunks = async function* (path) {
    const all = await files.read(path);
    for (let at = 0; at < all.length; at += PIECE) {
      hca.controller.abort(
        new CancelledError("interrupted", { signalName: "SIGINT" }),
      );
      read.bytes += PIECE;
      yield all.slice(at, at + PIECE);
    }
  };
  return read;
}

const LINES = [
  "hca local import data",
  "hca local import data --data-dir other",
  "hca local backup again.tar",
  "hca local restore store.tar --data-dir other",
  "hca local check",
];

for (const line of LINES) {
  Deno.test(`${line} ends on the way when it is interrupted and leaves nothing`, async () => {
    await using hca = await withLongContent();
    const before = contentsOf(hca);
    const read = interruptReading(hca);
    const { status, out, err } = await hca.runLine(line);
    assert.deepEqual([status, out], [130, ""], err);
    assert.ok(read.bytes > 0 && read.bytes < LONG / 4, `read ${read.bytes}`);
    assert.deepEqual(contentsOf(hca), before);
  });
}

/** What is there, without databases: an import opens one before it reads. */
function contentsOf(hca: TestEnvironment): string[] {
  return namesBelow(hca.root).filter((name) => !name.includes("dss.sqlite"));
}
