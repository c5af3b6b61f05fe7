import assert from "node:assert/strict";
import { type FileSystem, silentLog } from "../../src/base/mod.ts";
import {
  HistoryFile,
  historyPath,
} from "../../src/commands/repl/history_file.ts";
import { denoClock, denoFiles } from "../../src/platform/mod.ts";
import { FakeClock } from "../support/fake_clock.ts";
import { failEvery, MemoryFiles } from "../support/memory_files.ts";
import { createMemoryLog } from "../support/memory_log.ts";
import { seeded } from "../support/seeded.ts";
import { namesBelow } from "../support/test_environment.ts";

const PATH = "/state/hca/history";

function open(
  files: FileSystem,
  { log = silentLog, random = seeded(1), path = PATH } = {},
): HistoryFile {
  const clock = new FakeClock({ skips: () => true });
  return new HistoryFile({ files, clock, random, log }, path);
}

/** The file as lines. */
function linesOf(files: MemoryFiles): string[] {
  return (files.text(PATH) ?? "").split("\n").slice(0, -1);
}

Deno.test("historyPath is in the user's state folder", () => {
  const environment = {
    variable: (name: string) => name === "XDG_STATE_HOME" ? "/s" : undefined,
    os: "linux" as const,
  };
  assert.equal(historyPath(environment), "/s/hca/history");
});

Deno.test("HistoryFile keeps lines between sessions, those of several lines too", async () => {
  const files = new MemoryFiles();
  const lines = ["ls", 'x {\n  "a": 1\n}', "é漢\u2028 \\n", "\ud800"];
  const history = open(files);
  assert.deepEqual(await history.read(), []);
  for (const line of lines) await history.append(line);
  assert.deepEqual(await open(files).read(), lines);
  assert.equal(linesOf(files)[0], '"ls"');
  assert.equal(linesOf(files).length, lines.length);
  assert.deepEqual([...files.contents().keys()], [PATH]);
});

Deno.test("HistoryFile keeps the order of lines that are not awaited, and no line twice in a row", async () => {
  const files = new MemoryFiles();
  const history = open(files);
  await Promise.all(
    ["a", "b", "b", "c", "b"].map((line) => history.append(line)),
  );
  assert.deepEqual(await open(files).read(), ["a", "b", "c", "b"]);
});

Deno.test("HistoryFile loses and tears nothing when two sessions write at once", async () => {
  for (let seed = 0; seed < 5; seed++) {
    const files = new MemoryFiles();
    const random = seeded(seed);
    const sessions = [0, 1].map((session) => ({
      history: open(files, { random: seeded(seed * 2 + session + 100) }),
      lines: Array.from(
        { length: 30 },
        (_, n) => `${session} ${n} ${"x\n".repeat(random() * 5)}`,
      ),
    }));
    await Promise.all(sessions.map(async ({ history, lines }) => {
      for (const line of lines) await history.append(line);
    }));
    const kept = await open(files).read();
    assert.equal(kept.length, 60);
    for (const [session, { lines }] of sessions.entries()) {
      assert.deepEqual(
        kept.filter((line) => line.startsWith(`${session} `)),
        lines,
      );
    }
    for (const line of linesOf(files)) {
      assert.equal(typeof JSON.parse(line), "string");
    }
    assert.deepEqual([...files.contents().keys()], [PATH]);
  }
});

Deno.test("HistoryFile loses nothing on a real disk, and is private there", async () => {
  const root = await Deno.makeTempDir({ prefix: "hca-history-" });
  try {
    const path = `${root}/state/hca/history`;
    const tools = {
      files: denoFiles,
      clock: denoClock,
      random: Math.random,
      log: silentLog,
    };
    const numbers = Array.from({ length: 25 }, (_, n) => n);
    await Promise.all(["a", "b"].map(async (name) => {
      const history = new HistoryFile(tools, path);
      for (const n of numbers) await history.append(`${name} ${n}`);
    }));
    const kept = await new HistoryFile(tools, path).read();
    for (const name of ["a", "b"]) {
      assert.deepEqual(
        kept.filter((line) => line.startsWith(name)),
        numbers.map((n) => `${name} ${n}`),
      );
    }
    assert.deepEqual(namesBelow(root), ["state/hca/history"]);
    if (Deno.build.os === "windows") return;
    const modeOf = async (path: string) =>
      ((await Deno.stat(path)).mode ?? 0) & 0o777;
    assert.equal(await modeOf(path), 0o600);
    assert.equal(await modeOf(`${root}/state/hca`), 0o700);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
});

Deno.test("HistoryFile reads what is whole in a damaged file, and goes on behind it", async () => {
  const files = new MemoryFiles();
  files.put(PATH, '"a"\nnull\n{"x": 1}\n\n"b"\n\xff\xfe\n7\n"c cut', 0o600);
  assert.deepEqual(await open(files).read(), ["a", "b"]);
  await open(files).append("d");
  assert.deepEqual(await open(files).read(), ["a", "b", "d"]);
  assert.deepEqual(linesOf(files).slice(-2), ['"c cut', '"d"']);
});

Deno.test("HistoryFile gives back any lines, whatever a crash left between them", async () => {
  const random = seeded(3);
  const pieces = [...'ab"\\\n\u0000{}é漢', "👩", "\ud800", '"x"\n'];
  for (let round = 0; round < 50; round++) {
    const files = new MemoryFiles();
    const expected: string[] = [];
    for (let n = 0; n < 10; n++) {
      const line = `${n}${
        Array.from(
          { length: random() * 8 },
          () => pieces[Math.floor(random() * pieces.length)],
        ).join("")
      }`;
      await open(files, { random }).append(line);
      expected.push(line);
      if (random() < 0.7) continue;
      const whole = files.contents().get(PATH) ?? new Uint8Array();
      // At least its quote is lost.
      const cut = 2 + Math.floor(random() * 3);
      files.put(PATH, whole.slice(0, whole.length - cut), 0o600);
      expected.pop();
    }
    assert.deepEqual(await open(files).read(), expected);
  }
});

Deno.test("HistoryFile keeps at most 10000 lines, the newest", async () => {
  const files = new MemoryFiles();
  files.chunkBytes = 1 << 16;
  const many = Array.from({ length: 9_999 }, (_, n) => `line ${n}`);
  files.put(
    PATH,
    many.map((line) => `${JSON.stringify(line)}\n`).join(""),
    0o600,
  );
  await open(files).append("the 10000th");
  assert.equal((await open(files).read()).length, 10_000);
  await open(files).append("one more");
  const kept = await open(files).read();
  assert.equal(kept.length, 9_000);
  assert.deepEqual(kept.slice(-3), ["line 9998", "the 10000th", "one more"]);
});

Deno.test("HistoryFile keeps at most 1 MiB, and no line above 64 KiB", async () => {
  const files = new MemoryFiles();
  files.chunkBytes = 1 << 16;
  const history = open(files);
  for (let n = 0; n < 30; n++) {
    await history.append(`${n} ${"x".repeat(60_000)}`);
  }
  await history.append("y".repeat(70_000));
  const size = files.contents().get(PATH)?.length ?? 0;
  assert.ok(size <= 1024 * 1024 && size > 800_000, String(size));
  const kept = await history.read();
  assert.equal(kept.at(-1)?.slice(0, 3), "29 ");
  assert.ok(kept.every((line) => line.length > 60_000 && /^\d/.test(line)));
});

Deno.test("HistoryFile reads the end of a file that is far too large", async () => {
  const files = new MemoryFiles();
  files.chunkBytes = 1 << 16;
  files.put(PATH, `${`"${"x".repeat(999)}"\n`.repeat(3000)}"last"\n`, 0o600);
  const kept = await open(files).read();
  assert.equal(kept.at(-1), "last");
  assert.ok(kept.length > 1000 && kept.length < 1100);
  assert.ok(kept.every((line) => line === "last" || line.length === 999));
});

Deno.test("HistoryFile takes a file back that others may read, and is no link", async () => {
  const files = new MemoryFiles();
  files.put(PATH, '"a"\n', 0o644);
  await open(files).append("b");
  assert.equal((await files.stat(PATH))?.mode, 0o600);
  assert.deepEqual(await open(files).read(), ["a", "b"]);
  files.put("/elsewhere", '"c"\n', 0o600);
  files.putLink("/elsewhere", PATH);
  await open(files).append("d");
  assert.equal((await files.lstat(PATH))?.kind, "file");
  assert.deepEqual(await open(files).read(), ["c", "d"]);
  assert.equal(files.text("/elsewhere"), '"c"\n');
});

Deno.test("HistoryFile warns once when the disk refuses, and leaves no lock", async () => {
  for (
    const operation of [
      "openForUpdate",
      "writeAt",
      "readChunks",
      "makeDirectory",
    ]
  ) {
    const files = new MemoryFiles();
    files.put(PATH, '"a"\n', 0o600);
    files.failures = failEvery(operation, "no_space");
    const { log, entries } = createMemoryLog();
    const history = open(files, { log });
    await history.append("b");
    await history.append("c");
    assert.deepEqual(
      entries.map(({ level }) => level),
      ["WARNING", "DEBUG"],
      operation,
    );
    assert.match(entries[0]?.message ?? "", /^the history was not kept: /);
    assert.equal(files.text(`${PATH}.lock`), undefined);
    assert.equal(files.text(PATH), '"a"\n');
  }
});

Deno.test("HistoryFile is empty and not written where there is no home", async () => {
  const files = new MemoryFiles();
  const history = open(files, { path: "hca/history" });
  await history.append("a");
  assert.deepEqual(await history.read(), []);
  assert.deepEqual(files.operations, []);
});
