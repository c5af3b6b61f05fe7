import assert from "node:assert/strict";
import { LocalError, type LocalReason } from "../../src/base/mod.ts";
import { denoFiles } from "../../src/platform/mod.ts";
import { placeFile } from "../../src/transfer/mod.ts";
import { failEvery, failOnce, MemoryFiles } from "../support/memory_files.ts";
import { createNodeHash } from "../support/node_hash.ts";
import { patternBytes, rejection, sha256 } from "./_transfer_case.ts";

const BYTES = patternBytes(100);
const SHA256 = sha256(BYTES);
const SOURCE = "/store/content";
const TARGET = "/bundle/sub/dir/f.bin";

function place(files: MemoryFiles, target = TARGET) {
  const runtime = { files, random: () => 0.5, createHash: createNodeHash };
  return placeFile(runtime, SOURCE, target, SHA256);
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
  assert.ok(files.operations.includes("syncDirectory /bundle/sub/dir"));
});

Deno.test("placeFile takes the same file, unread, when it is there already", async () => {
  const files = withSource();
  await place(files);
  files.operations.length = 0;
  assert.equal(await place(files), "there");
  assert.deepEqual(
    files.operations.filter((line) => /^(read|link|rename|create)/.test(line)),
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
  assert.match(error.message, /exists with another content/);
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
    const runtime = {
      files: denoFiles,
      random: Math.random,
      createHash: createNodeHash,
    };
    await Deno.writeFile(`${root}/source`, BYTES);
    await Deno.writeTextFile(`${root}/victim`, "mine");
    await Deno.symlink(`${root}/victim`, `${root}/planted`);
    const target = `${root}/d/e/f`;
    const at = (path: string) =>
      placeFile(runtime, `${root}/source`, path, SHA256);
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
