import assert from "node:assert/strict";
import { IntegrityError, LocalError } from "../../src/base/mod.ts";
import type { FlushPolicy, PartialContent } from "../../src/store/mod.ts";
import { failEvery, MemoryFiles } from "../support/memory_files.ts";
import { seeded } from "../support/seeded.ts";
import {
  assertOnlyVerified,
  contentOf,
  createStoreCase,
  NOWHERE,
  pathsOf,
  patternBytes,
  rejection,
  STORE,
} from "./_store_case.ts";

const BYTES = patternBytes(1_000);
const CONTENT = contentOf(BYTES);
const MIB = 1024 * 1024;

/** Never by itself. */
const NEVER: FlushPolicy = { everyBytes: Infinity, everyMs: Infinity };

/** A part of BYTES, and what is done to it. */
async function openPart({ files = new MemoryFiles(), flush = NEVER } = {}) {
  const given = createStoreCase({ files, flush });
  const part = await given.store.open(CONTENT);
  const [path = ""] = pathsOf(files);
  files.operations.length = 0;
  return {
    ...given,
    part,
    path,
    write: (start: number, end: number) =>
      part.write(start, BYTES.slice(start, end)),
    /** The operations on the part since the last call, by their names. */
    steps: () => files.operations.splice(0).map((line) => line.split(" ")[0]),
    journal: () => journalOf(files, path),
  };
}

function journalOf(files: MemoryFiles, path: string) {
  const text = files.text(`${path}.json`);
  return text === undefined ? undefined : JSON.parse(text);
}

/** Several ranges that make up the content, in some order. */
function shuffledPieces(random: () => number): [number, number][] {
  const cuts = new Set([0, 1_000]);
  while (cuts.size < 9) cuts.add(Math.floor(random() * 1_000));
  const sorted = [...cuts].sort((a, b) => a - b);
  const pieces = sorted.slice(1).map((end, at): [number, number] => [
    sorted[at] ?? 0,
    end,
  ]);
  for (let at = pieces.length - 1; at > 0; at--) {
    const other = Math.floor(random() * (at + 1));
    const [a, b] = [pieces[at], pieces[other]];
    if (a !== undefined && b !== undefined) {
      [pieces[at], pieces[other]] = [b, a];
    }
  }
  return pieces;
}

Deno.test("a part is the content in whatever order its pieces come", async () => {
  for (let seed = 1; seed <= 20; seed++) {
    const { files, part, store, write } = await openPart();
    // All at once, as several connections do.
    await Promise.all(
      shuffledPieces(seeded(seed)).map(([start, end]) => write(start, end)),
    );
    assert.equal(await part.publish(NOWHERE), "there");
    assert.deepEqual(pathsOf(files), [store.pathOf(CONTENT.sha256)]);
    assert.deepEqual([...files.contents().values()], [BYTES], `seed ${seed}`);
  }
});

Deno.test("a part in which one byte is wrong is not published, whatever the order of its pieces", async () => {
  for (let seed = 1; seed <= 20; seed++) {
    const random = seeded(seed);
    const { files, part } = await openPart();
    const wrong = BYTES.slice();
    const at = Math.floor(random() * 1_000);
    wrong[at] = (wrong[at] ?? 0) ^ 1;
    await Promise.all(
      shuffledPieces(random).map(([start, end]) =>
        part.write(start, wrong.slice(start, end))
      ),
    );
    const error = await rejection(part.publish(NOWHERE));
    assert.ok(error instanceof IntegrityError);
    assert.equal(
      error.message,
      `has the SHA-256 ${contentOf(wrong).sha256} instead of ${CONTENT.sha256}`,
    );
    assert.deepEqual(pathsOf(files), []);
  }
});

Deno.test("a part with a gap is not published, and nothing of it stays", async () => {
  const { files, part, write, clock } = await openPart({
    flush: { everyBytes: 1, everyMs: 1 },
  });
  await write(0, 400);
  await clock.advance(1);
  await write(401, 1_000);
  const error = await rejection(part.publish(NOWHERE));
  assert.ok(error instanceof IntegrityError);
  assert.equal(error.message, "has fewer than the stated 1000 bytes");
  assert.deepEqual(pathsOf(files), []);
});

Deno.test("a part gives each buffer back, and reads only what came ahead of its turn again", async () => {
  const { part, steps } = await openPart();
  const bytes = BYTES.slice(0, 500);
  assert.equal(await part.write(0, bytes), bytes.buffer);
  assert.deepEqual(steps(), ["writeAt"]);
  await part.write(700, BYTES.slice(700));
  assert.deepEqual(steps(), ["writeAt"]);
  await part.write(500, BYTES.slice(500, 700));
  assert.deepEqual(steps(), ["writeAt", "readChunks"]);
});

Deno.test("a part refuses bytes beyond the content and over what was hashed", async () => {
  const { part, write } = await openPart();
  await assert.rejects(part.write(999, new Uint8Array(2)), RangeError);
  await write(0, 500);
  await assert.rejects(part.write(499, new Uint8Array(10)), RangeError);
  await write(500, 1_000);
  assert.equal(await part.publish(NOWHERE), "there");
});

Deno.test("a part is flushed after the stated bytes: its data first, then its journal", async () => {
  const { part, path, write, steps, journal, files } = await openPart({
    flush: { everyBytes: 300, everyMs: Infinity },
  });
  part.setEtag('"one"');
  await write(0, 299);
  await part.write(299, new Uint8Array());
  assert.equal(journal(), undefined);
  await write(299, 300);
  await write(600, 650);
  // The flush runs beside what is written after it began.
  await part.write(650, new Uint8Array());
  while (journal() === undefined) await Promise.resolve();
  assert.deepEqual(journal(), {
    version: 1,
    sha256: CONTENT.sha256,
    size: 1_000,
    etag: '"one"',
    ranges: [[0, 300]],
    owner: null,
    released: false,
  });
  const flush = steps().filter((step) => step !== "writeAt");
  assert.deepEqual(flush.slice(-4), ["syncData", "create", "write", "rename"]);
  // What the journal speaks of was durable before it.
  const durable = files.contents({ durable: true }).get(path);
  assert.deepEqual(durable?.slice(0, 300), BYTES.slice(0, 300));
});

Deno.test("a part is flushed every 64 MiB or five seconds unless told otherwise", async () => {
  const files = new MemoryFiles();
  const { clock, store } = createStoreCase({ files });
  const sizeBytes = 65 * MIB;
  const part = await store.open({ ...CONTENT, sizeBytes });
  const piece = new Uint8Array(MIB);
  const flushes = () =>
    files.operations.filter((line) => line.startsWith("syncData")).length;
  for (let at = 0; at < 63; at++) await part.write(at * MIB, piece.slice());
  assert.equal(flushes(), 0);
  await part.write(63 * MIB, piece.slice());
  await clock.advance(4_999);
  assert.equal(flushes(), 1);
  await part.write(64 * MIB, new Uint8Array(1));
  await clock.advance(1);
  assert.equal(flushes(), 1);
  await part.write(64 * MIB + 1, new Uint8Array(1));
  await clock.advance(0);
  assert.equal(flushes(), 2);
  await part.discard();
});

Deno.test("a part whose flush failed says so at the next one and is never published", async () => {
  const files = new MemoryFiles();
  const { part, write } = await openPart({
    files,
    flush: { everyBytes: 400, everyMs: Infinity },
  });
  files.failures = failEvery("syncData", "other");
  await write(0, 400);
  const late = await rejection(write(400, 800));
  assert.ok(late instanceof LocalError);
  files.failures = () => undefined;
  // What a failed sync lost, the next one need not notice: it stays failed.
  await rejection(write(800, 1_000));
  const error = await rejection(part.publish(NOWHERE));
  assert.ok(error instanceof LocalError);
  assert.deepEqual(pathsOf(files), []);
});

Deno.test("a part of which the disk refused a piece is never published", async () => {
  // In order, so that the piece was hashed; and ahead of its turn.
  for (const first of [0, 500]) {
    const files = new MemoryFiles();
    const { part, write } = await openPart({ files });
    files.failures = failEvery("writeAt", "no_space");
    const refused = rejection(write(first, first + 500));
    const error = await refused;
    assert.equal((error as LocalError).reason, "no_space");
    files.failures = () => undefined;
    await write(500 - first, 1_000 - first).catch((error) =>
      assert.ok(error instanceof RangeError)
    );
    await rejection(part.publish(NOWHERE));
    assert.deepEqual(pathsOf(files), []);
  }
});

Deno.test("a part that begins anew removes its journal before a byte is written", async () => {
  const { files, part, path, write, steps, journal } = await openPart({
    flush: { everyBytes: 100, everyMs: Infinity },
  });
  await part.write(0, patternBytes(300, 9));
  while (journal() === undefined) await Promise.resolve();
  steps();
  const again = part.restart('"two"');
  const rest = write(0, 1_000);
  await again;
  await rest;
  const begun = files.operations.findIndex((line) =>
    line.startsWith("writeAt")
  );
  const removed = files.operations.indexOf(`remove ${path}.json`);
  assert.ok(removed >= 0 && removed < begun, files.operations.join("\n"));
  while (journal() === undefined) await Promise.resolve();
  assert.equal(journal().etag, '"two"');
  assert.equal(await part.publish(NOWHERE), "there");
});

Deno.test("a part that is suspended is durable, says that it was let go, and closes once", async () => {
  const { files, part, path, write, journal } = await openPart();
  part.setEtag('"one"');
  await write(100, 200);
  await part.suspend();
  await part.suspend();
  assert.deepEqual(pathsOf(files), [path, `${path}.json`]);
  assert.deepEqual(
    [journal().ranges, journal().released, journal().etag],
    [[[100, 200]], true, '"one"'],
  );
  const durable = files.contents({ durable: true }).get(path);
  assert.deepEqual(durable?.slice(100, 200), BYTES.slice(100, 200));
});

Deno.test("a part is gone when it is discarded, or suspended with nothing in it", async () => {
  const discarded = await openPart({
    flush: { everyBytes: 1, everyMs: Infinity },
  });
  await discarded.write(0, 500);
  await discarded.part.discard();
  assert.deepEqual(pathsOf(discarded.files), []);
  const empty = await openPart();
  await empty.part.suspend();
  assert.deepEqual(pathsOf(empty.files), []);
});

Deno.test("a part is published although another process did so meanwhile and tidied up", async () => {
  const files = new MemoryFiles();
  // A directory that is not new: only then is there something to tidy up.
  const dead = createStoreCase({ files });
  await (await dead.store.open(CONTENT)).discard();
  const { part, path, write, store } = await openPart({ files });
  const other = createStoreCase({ files });
  await write(0, 600);
  await other.store.put(CONTENT, BYTES.slice(), NOWHERE);
  assert.ok(!files.contents().has(path));
  await write(600, 1_000);
  const placing = { targets: ["/dd/b/f"], force: false };
  assert.equal(await part.publish(placing), "linked");
  assert.deepEqual(pathsOf(files), [
    store.pathOf(CONTENT.sha256),
    "/dd/b/f",
  ]);
  assert.deepEqual(files.contents().get("/dd/b/f"), BYTES);
});

Deno.test("a part that another process tidied away leaves no journal when it is suspended", async () => {
  const files = new MemoryFiles();
  const dead = createStoreCase({ files });
  await (await dead.store.open(CONTENT)).discard();
  const { part, write, store } = await openPart({ files });
  await write(0, 600);
  const other = createStoreCase({ files });
  await other.store.put(CONTENT, BYTES.slice(), NOWHERE);
  await part.suspend();
  assert.deepEqual(pathsOf(files), [store.pathOf(CONTENT.sha256)]);
});

Deno.test("a part whose bytes another program cut short is not published", async () => {
  const files = new MemoryFiles();
  const { part, path, write } = await openPart({ files });
  await write(500, 1_000);
  const cut = await files.openForUpdate(path, { create: false });
  await cut.truncate(700);
  cut.close();
  const error = await rejection(write(0, 500));
  assert.ok(error instanceof LocalError);
  assert.match(error.message, /was cut short by another program$/);
  await rejection(part.publish(NOWHERE));
  assert.deepEqual(pathsOf(files), []);
});

Deno.test("a part is synced, named, and only then placed, and each directory after what is in it", async () => {
  const { files, part, path, store, write } = await openPart();
  await write(0, 1_000);
  files.operations.length = 0;
  await part.publish({ targets: ["/dd/b/f"], force: false });
  const named = store.pathOf(CONTENT.sha256);
  const directory = named.replace(/\/[^/]*$/, "");
  const steps = files.operations.filter((line) =>
    /^(sync|rename|link)/.test(line)
  );
  assert.deepEqual(steps, [
    `syncData ${path}`,
    `rename ${path} ${named}`,
    `syncDirectory ${directory}`,
    `link ${named} /dd/b/f`,
    "syncDirectory /dd/b",
  ]);
  files.operations.length = 0;
  await store.settle();
  const parents = ["/dd", "/dd/.hca", "/dd/.hca/v2", STORE];
  // Those that were made, each once, in the directory that has their name.
  assert.deepEqual(
    files.operations.sort(),
    [...parents, directory.replace(/\/[^/]*$/, "")]
      .map((path) => `syncDirectory ${path}`).sort(),
  );
});

/** What is done with a part that is never left half-done. */
const ENDS: Record<string, (part: PartialContent) => Promise<unknown>> = {
  publish: (part) => part.publish(NOWHERE),
  suspend: (part) => part.suspend(),
  discard: (part) => part.discard(),
};

Deno.test("a part closes its file once whatever fails at its end", async () => {
  for (const [name, end] of Object.entries(ENDS)) {
    for (let number = 1; number <= 20; number++) {
      const { files, part, write } = await openPart();
      await write(0, 1_000);
      const before = files.operations.length;
      files.failures = (_operation, current) =>
        current === before + number ? "other" : undefined;
      await end(part).catch((error) =>
        assert.ok(error instanceof LocalError, `${name} ${number}: ${error}`)
      );
      assertOnlyVerified(files);
      // A second close would throw an Error that is no LocalError.
      await part.discard();
    }
  }
});
