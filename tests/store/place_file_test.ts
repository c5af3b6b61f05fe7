import assert from "node:assert/strict";
import {
  type FileSystem,
  IntegrityError,
  LocalError,
  type LocalReason,
} from "../../src/base/mod.ts";
import { denoFiles } from "../../src/platform/mod.ts";
import { DirectorySyncer } from "../../src/store/directory_syncer.ts";
import { placeFile } from "../../src/store/place_file.ts";
import { SafeDirectories } from "../../src/store/safe_directories.ts";
import { failEvery, failOnce, MemoryFiles } from "../support/memory_files.ts";
import { createNodeHash } from "../support/node_hash.ts";
import { patternBytes, rejection, sha256 } from "./_store_case.ts";

const IS_WINDOWS = Deno.build.os === "windows";

const BYTES = patternBytes(100);
const SHA256 = sha256(BYTES);
const SOURCE = "/store/content";
const TARGET = "/bundle/sub/dir/f.bin";

function toolsOf(files: FileSystem, root: string) {
  const syncer = new DirectorySyncer(files);
  return {
    runtime: { files, random: Math.random, createHash: createNodeHash },
    directories: new SafeDirectories(root, files, syncer),
    syncer,
  };
}

function place(files: MemoryFiles, { force = false } = {}) {
  const job = { source: SOURCE, target: TARGET, sha256: SHA256, force };
  return placeFile(job, toolsOf(files, "/bundle"));
}

function withSource(): MemoryFiles {
  const files = new MemoryFiles();
  files.put(SOURCE, BYTES);
  return files;
}

Deno.test("placeFile makes a hard link and its directories", async () => {
  const files = withSource();
  assert.equal(await place(files), "linked");
  const [source, target] = [await files.stat(SOURCE), await files.stat(TARGET)];
  assert.equal(source?.identity, target?.identity);
  const steps = files.operations.filter((line) => /^(link|sync)/.test(line));
  assert.deepEqual(steps, [
    `link ${SOURCE} ${TARGET}`,
    "syncDirectory /bundle/sub/dir",
  ]);
});

Deno.test("placeFile takes the same file, unread, when it is there already", async () => {
  const files = withSource();
  await place(files);
  files.operations.length = 0;
  assert.equal(await place(files), "there");
  assert.deepEqual(
    files.operations.filter((line) => /^(read|rename|create |sync)/.test(line)),
    [],
  );
});

Deno.test("placeFile takes another file with the same content", async () => {
  const files = withSource();
  files.put(TARGET, BYTES);
  const before = await files.stat(TARGET);
  assert.equal(await place(files), "there");
  assert.deepEqual(await files.stat(TARGET), before);
});

Deno.test("placeFile refuses another content and leaves it", async () => {
  for (
    const content of [patternBytes(100, 2), patternBytes(99), new Uint8Array()]
  ) {
    const files = withSource();
    files.put(TARGET, content);
    const error = await rejection(place(files));
    assert.ok(error instanceof LocalError);
    assert.equal(error.reason, "exists");
    assert.equal(
      error.message,
      "'/bundle/sub/dir/f.bin' exists with another content and is not overwritten",
    );
    assert.deepEqual(files.contents().get(TARGET), content);
  }
});

Deno.test("placeFile refuses a directory that has the name", async () => {
  const files = withSource();
  files.put(`${TARGET}/inner`, "x");
  const error = await rejection(place(files));
  assert.match(error.message, /f\.bin' is a directory and is not overwritten/);
  assert.equal(
    error.hint,
    "Move it away or choose another --download-dir.",
  );
  assert.equal(files.text(`${TARGET}/inner`), "x");
});

Deno.test("placeFile copies where a link is not possible", async () => {
  const reasons: LocalReason[] = [
    "cross_device",
    "too_many_links",
    "permission",
    "unsupported",
    "other",
  ];
  for (const reason of reasons) {
    const files = withSource();
    files.failures = failEvery("link", reason);
    assert.equal(await place(files), "copied", reason);
    // What a power cut would leave: the copy was synced before its name.
    assert.deepEqual(files.contents({ durable: true }).get(TARGET), BYTES);
    assert.deepEqual([...files.contents().keys()].sort(), [TARGET, SOURCE]);
    assert.equal(await place(files), "there", reason);
  }
});

Deno.test("placeFile does not copy onto a disk that is full or read-only", async () => {
  for (const reason of ["no_space", "read_only"] as const) {
    const files = withSource();
    files.failures = failEvery("link", reason);
    const error = await rejection(place(files));
    assert.equal((error as LocalError).reason, reason);
    assert.deepEqual([...files.contents().keys()], [SOURCE]);
  }
});

Deno.test("placeFile leaves nothing when the copy fails at any operation", async () => {
  const whole = withSource();
  whole.failures = failEvery("link", "cross_device");
  await place(whole);
  const count = whole.operations.length;
  assert.ok(count > 10);
  for (let number = 1; number <= count; number++) {
    const files = withSource();
    const [cannotLink, fails] = [
      failEvery("link", "cross_device"),
      failOnce(number, "no_space"),
    ];
    files.failures = (operation, current) =>
      fails(operation, current) ?? cannotLink(operation, current);
    await place(files).catch((error) =>
      assert.ok(error instanceof LocalError, String(error))
    );
    for (const [path, bytes] of files.contents()) {
      if (path === SOURCE) continue;
      assert.equal(path, TARGET);
      assert.deepEqual(bytes, BYTES);
    }
  }
});

Deno.test("placeFile takes the same content when another process was faster", async () => {
  for (
    const [theirs, expected] of [[BYTES, "there"], [
      patternBytes(100, 3),
      "exists",
    ]] as const
  ) {
    const files = withSource();
    files.failures = (operation) => {
      if (!operation.startsWith("link ")) return undefined;
      files.put(TARGET, theirs);
      return "exists";
    };
    const result = await place(files).catch((error) => error.reason);
    assert.equal(result, expected);
    assert.deepEqual(files.contents().get(TARGET), theirs);
  }
});

Deno.test("placeFile leaves what a planted link leads to", async () => {
  for (const reason of [undefined, "cross_device" as const]) {
    const files = withSource();
    if (reason) files.failures = failEvery("link", reason);
    files.put("/home/victim", "mine");
    files.putLink("/home/victim", TARGET);
    const error = await rejection(place(files));
    assert.equal((error as LocalError).reason, "exists");
    assert.equal(files.text("/home/victim"), "mine");
    files.putLink("/home/nothing", TARGET);
    await rejection(place(files));
    assert.equal(files.text("/home/nothing"), undefined);
  }
});

Deno.test("placeFile links on a real disk and leaves a planted link's victim", async () => {
  const root = await Deno.makeTempDir();
  try {
    const tools = toolsOf(denoFiles, root);
    await Deno.writeFile(`${root}/source`, BYTES);
    await Deno.writeTextFile(`${root}/victim`, "mine");
    await Deno.symlink(`${root}/victim`, `${root}/planted`);
    const target = `${root}/d/e/f`;
    const at = (target: string) => {
      const source = `${root}/source`;
      return placeFile({ source, target, sha256: SHA256, force: false }, tools);
    };
    assert.equal(await at(target), "linked");
    assert.equal(await at(target), "there");
    assert.equal(
      (await Deno.stat(target)).ino,
      (await Deno.stat(`${root}/source`)).ino,
    );
    const error = await rejection(at(`${root}/planted`));
    assert.equal((error as LocalError).reason, "exists");
    assert.equal(await Deno.readTextFile(`${root}/victim`), "mine");
  } finally {
    await Deno.remove(root, { recursive: true });
  }
});

Deno.test("placeFile replaces another content at once when that is forced", async () => {
  const others: ((files: MemoryFiles) => void)[] = [
    (files) => files.put(TARGET, "another content"),
    (files) => files.put(TARGET, patternBytes(100, 2)),
    (files) => files.putLink("/home/victim", TARGET),
  ];
  for (const put of others) {
    for (const reason of [undefined, "cross_device" as const]) {
      const files = withSource();
      files.put("/home/victim", "mine");
      put(files);
      if (reason) files.failures = failEvery("link", reason);
      const expected = reason === undefined ? "linked" : "copied";
      assert.equal(await place(files, { force: true }), expected);
      const paths = [TARGET, "/home/victim", SOURCE].sort();
      assert.deepEqual([...files.contents().keys()].sort(), paths);
      assert.deepEqual(files.contents().get(TARGET), BYTES);
      assert.equal(files.text("/home/victim"), "mine");
      // Nobody ever saw the name without a file.
      assert.ok(!files.operations.includes(`remove ${TARGET}`));
    }
  }
});

Deno.test("placeFile replaces no directory, whatever is forced", async () => {
  const files = withSource();
  files.put(`${TARGET}/inner`, "x");
  const error = await rejection(place(files, { force: true }));
  assert.equal((error as LocalError).reason, "exists");
  assert.equal(files.text(`${TARGET}/inner`), "x");
});

Deno.test("placeFile leaves the same content as it is when replacing is forced", async () => {
  const files = withSource();
  files.put(TARGET, BYTES);
  const before = await files.stat(TARGET);
  assert.equal(await place(files, { force: true }), "there");
  assert.deepEqual(await files.stat(TARGET), before);
});

Deno.test("placeFile copies no damaged content", async () => {
  const files = new MemoryFiles();
  files.put(SOURCE, patternBytes(100, 2));
  files.failures = failEvery("link", "cross_device");
  const error = await rejection(place(files));
  assert.ok(error instanceof IntegrityError);
  assert.equal(error.message, "'/store/content' is damaged and was not copied");
  assert.equal(error.hint, "Run it again with --verify.");
  assert.deepEqual([...files.contents().keys()], [SOURCE]);
});

Deno.test("placeFile refuses a named pipe without opening it", {
  ignore: IS_WINDOWS,
}, async () => {
  const root = await Deno.makeTempDir();
  try {
    await Deno.writeFile(`${root}/source`, BYTES);
    const { success } = await new Deno.Command("mkfifo", {
      args: [`${root}/pipe`],
    }).output();
    assert.ok(success);
    for (const force of [false, true]) {
      const job = {
        source: `${root}/source`,
        target: `${root}/pipe`,
        sha256: SHA256,
        force,
      };
      const error = await rejection(placeFile(job, toolsOf(denoFiles, root)));
      assert.match(
        error.message,
        /pipe' is not a file and is not overwritten$/,
      );
    }
  } finally {
    await Deno.remove(root, { recursive: true });
  }
});
