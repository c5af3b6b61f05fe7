import assert from "node:assert/strict";
import { denoClock, denoFiles } from "../../src/platform/mod.ts";
import { formatJournal, type Journal } from "../../src/store/journal.ts";
import {
  type ByteRange,
  LocalTransferStore,
  parsePartName,
} from "../../src/store/mod.ts";
import { MemoryFiles } from "../support/memory_files.ts";
import {
  assertOnlyVerified,
  contentOf,
  createStoreCase,
  DOWNLOAD_DIR,
  NOWHERE,
  pathsOf,
  patternBytes,
  STORE,
} from "./_store_case.ts";

const BYTES = patternBytes(1_000);
const CONTENT = contentOf(BYTES);
const { sha256 } = CONTENT;
const DIRECTORY = `${STORE}/${sha256.slice(0, 2)}/${sha256.slice(2, 6)}`;
const EARLIER = `${DIRECTORY}/${sha256}.abc123.part`;
const HOUR_MS = 3_600_000;

/** A part that another process wrote, and its journal. */
function putPart(
  files: MemoryFiles,
  {
    path = EARLIER,
    bytes = BYTES,
    ranges = [{ start: 0, end: 600 }],
    ...rest
  }: Partial<Journal> & { path?: string; bytes?: Uint8Array } = {},
): void {
  const journal: Journal = {
    ...CONTENT,
    etag: '"one"',
    ranges,
    released: true,
    ...rest,
  };
  files.put(path, bytes);
  files.put(`${path}.json`, formatJournal(journal));
}

/** Opens a part on a disk on which others may have left some. */
async function openOn(files: MemoryFiles) {
  const given = createStoreCase({ files });
  const part = await given.store.open(CONTENT);
  const finish = async () => {
    let at = 0;
    for (
      const { start, end } of [...part.found, { start: 1_000, end: 1_000 }]
    ) {
      if (start > at) await part.write(at, BYTES.slice(at, start));
      at = end;
    }
    return await part.publish(NOWHERE);
  };
  return { ...given, part, finish };
}

const PREFIX: ByteRange[] = [{ start: 0, end: 600 }];

Deno.test("openPart takes over a part that was let go, and its journal goes along", async () => {
  const files = new MemoryFiles();
  putPart(files);
  const { part, finish } = await openOn(files);
  assert.deepEqual(part.found, PREFIX);
  assert.equal(part.foundEtag, '"one"');
  const paths = pathsOf(files);
  assert.equal(paths.length, 2);
  assert.ok(!paths.includes(EARLIER) && !paths.includes(`${EARLIER}.json`));
  assert.ok(
    files.operations.some((line) => line.startsWith(`rename ${EARLIER} `)),
  );
  // It is in use now.
  const text = files.text(paths[1] ?? "") ?? "";
  assert.deepEqual(JSON.parse(text).ranges, [[0, 600]]);
  assert.equal(JSON.parse(text).released, false);
  await finish();
  assert.deepEqual(pathsOf(files), [`${DIRECTORY}/${sha256}`]);
});

Deno.test("openPart copies what a part that may be in use has, and leaves it alone", async () => {
  const files = new MemoryFiles();
  const ranges = [{ start: 0, end: 300 }, { start: 500, end: 700 }];
  putPart(files, { released: false, ranges });
  const before = files.contents();
  const { part } = await openOn(files);
  assert.deepEqual(part.found, ranges);
  for (const [path, bytes] of before) {
    assert.deepEqual(files.contents().get(path), bytes);
  }
  const touched = files.operations.filter((line) =>
    line.includes(EARLIER) && !/^(lstat|read|readChunks) /.test(line)
  );
  assert.deepEqual(touched, []);
  const [mine = ""] = pathsOf(files).filter((path) => !before.has(path));
  const copied = files.contents().get(mine) ?? new Uint8Array();
  assert.deepEqual(copied.slice(0, 300), BYTES.slice(0, 300));
  assert.deepEqual(copied.slice(500, 700), BYTES.slice(500, 700));
  assert.equal(copied.length, 1_000);
});

Deno.test("openPart takes over a part that nobody wrote to for an hour, and no sooner", async () => {
  for (
    const [idleMs, isTaken] of [[HOUR_MS, false], [HOUR_MS + 1, true]] as const
  ) {
    const files = new MemoryFiles();
    const given = createStoreCase({ files });
    putPart(files, { released: false });
    await given.clock.advance(idleMs);
    const part = await given.store.open(CONTENT);
    assert.deepEqual(part.found, PREFIX);
    assert.equal(files.contents().has(EARLIER), !isTaken);
  }
});

Deno.test("openPart takes over the part of a process that has ended, and names its own", async () => {
  const processes = { self: "me", hasEnded: (name: string) => name === "dead" };
  for (const [owner, isTaken] of [["dead", true], ["alive", false]] as const) {
    const files = new MemoryFiles();
    putPart(files, { released: false, owner });
    const given = createStoreCase({ files, processes });
    const part = await given.store.open(CONTENT);
    assert.deepEqual(part.found, PREFIX);
    assert.equal(files.contents().has(EARLIER), !isTaken, owner);
    await part.suspend();
    const [journal = ""] = pathsOf(files).filter((path) =>
      path.endsWith(".json") && !path.startsWith(EARLIER)
    );
    assert.equal(JSON.parse(files.text(journal) ?? "").owner, "me");
  }
});

Deno.test("openPart takes the part with the most bytes", async () => {
  const files = new MemoryFiles();
  putPart(files, { path: `${DIRECTORY}/${sha256}.small.part` });
  const ranges = [{ start: 100, end: 900 }];
  putPart(files, { path: `${DIRECTORY}/${sha256}.big.part`, ranges });
  const { part, finish } = await openOn(files);
  assert.deepEqual(part.found, ranges);
  await finish();
  // The other one is of no use any more.
  assert.deepEqual(pathsOf(files), [`${DIRECTORY}/${sha256}`]);
});

Deno.test("openPart hashes what it takes up: what was damaged is not published", async () => {
  for (const released of [true, false]) {
    const files = new MemoryFiles();
    const wrong = BYTES.slice();
    wrong[50] = (wrong[50] ?? 0) ^ 1;
    putPart(files, { released, bytes: wrong });
    const { finish } = await openOn(files);
    await assert.rejects(finish(), { name: "IntegrityError" });
    assertOnlyVerified(files);
    assert.ok(!files.contents().has(`${DIRECTORY}/${sha256}`));
  }
});

Deno.test("openPart cuts what is behind the content, and trusts nothing between the ranges", async () => {
  for (const released of [true, false]) {
    const files = new MemoryFiles();
    const junk = new Uint8Array(5_000).fill(0xaa);
    junk.set(BYTES.subarray(0, 600));
    putPart(files, { released, bytes: junk });
    const { part, finish } = await openOn(files);
    assert.deepEqual(part.found, PREFIX);
    await finish();
    const path = `${DIRECTORY}/${sha256}`;
    assert.deepEqual(files.contents().get(path), BYTES);
  }
});

Deno.test("openPart trusts no part that is shorter than its journal says", async () => {
  for (const released of [true, false]) {
    const files = new MemoryFiles();
    putPart(files, { released, bytes: BYTES.slice(0, 599) });
    const { part, finish } = await openOn(files);
    assert.deepEqual(part.found, []);
    assert.equal(part.foundEtag, undefined);
    await finish();
    assert.deepEqual(pathsOf(files), [`${DIRECTORY}/${sha256}`]);
  }
});

Deno.test("openPart takes up nothing of another content, and leaves it", async () => {
  const other = contentOf(patternBytes(1_000, 2)).sha256;
  const journals: (Partial<Journal> & { path?: string })[] = [
    { sizeBytes: 1_001 },
    { sha256: other },
    { path: `${DIRECTORY}/${other}.abc123.part` },
  ];
  for (const journal of journals) {
    const files = new MemoryFiles();
    putPart(files, journal);
    const before = pathsOf(files);
    const { part } = await openOn(files);
    assert.deepEqual(part.found, []);
    const now = pathsOf(files);
    assert.ok(before.every((path) => now.includes(path)));
  }
});

Deno.test("openPart takes up no part without a journal, or whose journal is of no use", async () => {
  const journals = [
    undefined,
    "",
    "{",
    "null",
    formatJournal({ ...CONTENT, etag: undefined, ranges: [], released: true }),
    formatJournal({
      ...CONTENT,
      etag: undefined,
      ranges: [{ start: 0, end: 2_000 }],
      released: true,
    }),
    `${" ".repeat(1 << 22)}${
      formatJournal({
        ...CONTENT,
        etag: undefined,
        ranges: PREFIX,
        released: true,
      })
    }`,
  ];
  for (const journal of journals) {
    const files = new MemoryFiles();
    files.put(EARLIER, BYTES);
    if (journal !== undefined) files.put(`${EARLIER}.json`, journal);
    const { part, finish } = await openOn(files);
    assert.deepEqual(part.found, []);
    await finish();
    assert.deepEqual(pathsOf(files), [`${DIRECTORY}/${sha256}`]);
  }
});

Deno.test("openPart trusts nothing when it is told to begin anew", async () => {
  const files = new MemoryFiles();
  putPart(files);
  const { store } = createStoreCase({ files });
  const part = await store.open(CONTENT, { fresh: true });
  assert.deepEqual(part.found, []);
  await part.write(0, BYTES.slice());
  await part.publish(NOWHERE);
  assert.deepEqual(pathsOf(files), [`${DIRECTORY}/${sha256}`]);
});

Deno.test("openPart follows no link that was planted as a part or a journal", async () => {
  for (const planted of ["part", "journal"] as const) {
    const files = new MemoryFiles();
    putPart(files, { path: `/home/victim` });
    putPart(files);
    const path = planted === "part" ? EARLIER : `${EARLIER}.json`;
    await files.remove(path);
    const target = planted === "part" ? "/home/victim" : "/home/victim.json";
    files.putLink(target, path);
    const { part, finish } = await openOn(files);
    assert.deepEqual(part.found, [], planted);
    await finish();
    assert.deepEqual(files.contents().get("/home/victim"), BYTES);
    assert.ok(files.contents().has("/home/victim.json"));
  }
});

Deno.test("openPart begins anew when a part or its journal goes away while it looks", async () => {
  for (const released of [true, false]) {
    for (const gone of [EARLIER, `${EARLIER}.json`]) {
      const probe = new MemoryFiles();
      putPart(probe, { released });
      await openOn(probe);
      const count = probe.operations.length;
      for (let number = 1; number <= count; number++) {
        const files = new MemoryFiles();
        putPart(files, { released });
        files.failures = (_operation, current) => {
          // Another process removes it; never counted.
          if (current === number) void files.remove(gone);
          return undefined;
        };
        const { finish } = await openOn(files);
        files.failures = () => undefined;
        await finish();
        assertOnlyVerified(files);
        const path = `${DIRECTORY}/${sha256}`;
        assert.deepEqual(files.contents().get(path), BYTES);
      }
    }
  }
});

Deno.test("openPart leaves what was let go to one of two processes, and both end right", async () => {
  for (let delay = 0; delay < 40; delay++) {
    const files = new MemoryFiles();
    putPart(files);
    const late = async () => {
      for (let turn = 0; turn < delay; turn++) await Promise.resolve();
      return await openOn(files);
    };
    const [one, two] = await Promise.all([openOn(files), late()]);
    const renames = files.operations.filter((line) =>
      line.startsWith(`rename ${EARLIER} `)
    );
    assert.ok(renames.length >= 1);
    const found = [one, two].filter(({ part }) => part.found.length > 0);
    assert.ok(found.length >= 1, `delay ${delay}`);
    await Promise.all([one.finish(), two.finish()]);
    assert.deepEqual(pathsOf(files), [`${DIRECTORY}/${sha256}`]);
    assertOnlyVerified(files);
  }
});

/** How far a process gets that is killed after so many operations. */
async function killedWhileOpening(number: number): Promise<MemoryFiles> {
  const files = new MemoryFiles();
  putPart(files);
  const before = files.operations.length;
  files.failures = (_operation, current) =>
    current > before + number ? "other" : undefined;
  await openOn(files).catch(() => {});
  files.failures = () => undefined;
  return files;
}

Deno.test("openPart loses nothing of what was let go whenever it is killed", async () => {
  const probe = new MemoryFiles();
  putPart(probe);
  await openOn(probe);
  const count = probe.operations.length;
  assert.ok(count > 8, `${count}`);
  for (let number = 0; number <= count; number++) {
    const files = await killedWhileOpening(number);
    const { part, finish } = await openOn(files);
    assert.deepEqual(
      part.found,
      PREFIX,
      `killed after ${probe.operations[number - 1] ?? "nothing"}`,
    );
    await finish();
    assert.deepEqual(pathsOf(files), [`${DIRECTORY}/${sha256}`]);
  }
});

Deno.test("openPart waits for no pipe and goes into no directory on a real disk", async () => {
  if (Deno.build.os === "windows") return;
  const root = await Deno.makeTempDir();
  try {
    const { runtime } = createStoreCase();
    const store = new LocalTransferStore(root, {
      ...runtime,
      clock: denoClock,
      files: denoFiles,
    });
    const directory = `${root}${DIRECTORY.slice(DOWNLOAD_DIR.length)}`;
    await Deno.mkdir(directory, { recursive: true });
    const journal = formatJournal({
      ...CONTENT,
      etag: undefined,
      ranges: PREFIX,
      released: true,
    });
    const planted = ["pipe", "folder", "link", "pipejournal"];
    for (const token of planted) {
      const path = `${directory}/${sha256}.${token}.part`;
      if (token === "pipejournal") await makePipe(`${path}.json`);
      else await Deno.writeTextFile(`${path}.json`, journal);
      if (token === "pipe") await makePipe(path);
      if (token === "folder") await Deno.mkdir(path);
      if (token === "link") await Deno.symlink("/etc/hostname", path);
    }
    const part = await store.open(CONTENT);
    assert.deepEqual(part.found, []);
    await part.write(0, BYTES.slice());
    await part.publish(NOWHERE);
    assert.equal(await store.verify(CONTENT), "present");
    const left = [...Deno.readDirSync(directory)].map(({ name }) => name);
    assert.ok(
      left.every((name) => parsePartName(name) === undefined),
      `${left}`,
    );
  } finally {
    await Deno.remove(root, { recursive: true });
  }
});

async function makePipe(path: string): Promise<void> {
  const { success } = await new Deno.Command("mkfifo", { args: [path] })
    .output();
  assert.ok(success);
}
