import assert from "node:assert/strict";
import { denoFiles } from "../../src/platform/mod.ts";
import { inDirectory } from "./_directory.ts";

const IS_WINDOWS = Deno.build.os === "windows";
// Root may do what permissions forbid.
const CANNOT_BE_REFUSED = IS_WINDOWS || Deno.uid() === 0;

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
const bytes = (content: string) => new TextEncoder().encode(content);

async function write(path: string, content: string): Promise<void> {
  const file = await denoFiles.create(path);
  await file.write(bytes(content));
  file.close();
}

Deno.test("denoFiles.create writes pieces one after the other", () =>
  inDirectory(async (directory) => {
    const path = `${directory}/a`;
    const file = await denoFiles.create(path);
    await file.write(bytes("ab"));
    await file.write(new Uint8Array());
    await file.write(bytes("xcdx").subarray(1, 3));
    await file.sync();
    file.close();
    assert.equal(await Deno.readTextFile(path), "abcd");
  }));

Deno.test("denoFiles.create starts again after reset", () =>
  inDirectory(async (directory) => {
    const path = `${directory}/a`;
    const file = await denoFiles.create(path);
    await file.write(bytes("long content"));
    await file.reset();
    await file.write(bytes("new"));
    file.close();
    assert.equal(await Deno.readTextFile(path), "new");
  }));

Deno.test("denoFiles.create refuses what is there, and leaves it alone", () =>
  inDirectory(async (directory) => {
    const path = `${directory}/a`;
    await Deno.writeTextFile(path, "old");
    await assert.rejects(denoFiles.create(path), {
      name: "LocalError",
      code: "local",
      reason: "exists",
      path,
      message: `cannot create ${path}: it exists already`,
    });
    assert.equal(await Deno.readTextFile(path), "old");
  }));

Deno.test({
  name: "denoFiles.create does not follow a planted link, dangling or not",
  ignore: IS_WINDOWS,
  fn: () =>
    inDirectory(async (directory) => {
      const victim = `${directory}/victim`;
      await Deno.symlink(victim, `${directory}/dangling`);
      await assert.rejects(denoFiles.create(`${directory}/dangling`), {
        reason: "exists",
      });
      await assert.rejects(Deno.lstat(victim), Deno.errors.NotFound);
      await Deno.writeTextFile(victim, "precious");
      await assert.rejects(denoFiles.create(`${directory}/dangling`), {
        reason: "exists",
      });
      assert.equal(await Deno.readTextFile(victim), "precious");
    }),
});

Deno.test({
  name: "denoFiles.create and makeDirectory give the mode that is asked for",
  ignore: IS_WINDOWS,
  fn: () =>
    inDirectory(async (directory) => {
      const umask = Deno.umask(0);
      try {
        const file = await denoFiles.create(`${directory}/a`, { mode: 0o600 });
        file.close();
        await denoFiles.makeDirectory(`${directory}/d/e`, { mode: 0o700 });
      } finally {
        Deno.umask(umask);
      }
      const mode = (path: string) => (Deno.statSync(path).mode ?? 0) & 0o777;
      assert.equal(mode(`${directory}/a`), 0o600);
      assert.equal(mode(`${directory}/d`), 0o700);
      assert.equal(mode(`${directory}/d/e`), 0o700);
    }),
});

Deno.test("denoFiles.read gives the whole content", () =>
  inDirectory(async (directory) => {
    await write(`${directory}/a`, "né");
    assert.equal(text(await denoFiles.read(`${directory}/a`)), "né");
  }));

// start, end, what is read of "0123456789"
const RANGES: [number | undefined, number | undefined, string][] = [
  [undefined, undefined, "0123456789"],
  [0, 10, "0123456789"],
  [3, undefined, "3456789"],
  [undefined, 4, "0123"],
  [3, 5, "34"],
  [9, 100, "9"],
  [10, undefined, ""],
  [100, undefined, ""],
  [5, 5, ""],
  [6, 5, ""],
];

for (const [start, end, expected] of RANGES) {
  Deno.test(`denoFiles.readChunks from ${start} to ${end} reads '${expected}'`, () =>
    inDirectory(async (directory) => {
      const path = `${directory}/a`;
      await write(path, "0123456789");
      let read = "";
      for await (const chunk of denoFiles.readChunks(path, { start, end })) {
        read += text(chunk);
      }
      assert.equal(read, expected);
    }));
}

Deno.test("denoFiles.readChunks cuts a long file into pieces and closes it early", () =>
  inDirectory(async (directory) => {
    const path = `${directory}/a`;
    const content = new Uint8Array(2_500_000).map((_, index) => index % 251);
    await Deno.writeFile(path, content);
    const sizes: number[] = [];
    let position = 0;
    for await (const chunk of denoFiles.readChunks(path)) {
      sizes.push(chunk.length);
      assert.deepEqual(
        chunk.slice(0, 10),
        content.slice(position, position + 10),
      );
      position += chunk.length;
    }
    assert.equal(position, content.length);
    assert.ok(sizes.length > 1);
    for await (const chunk of denoFiles.readChunks(path)) {
      assert.ok(chunk.length > 0);
      break;
    }
  }));

Deno.test("denoFiles.stat and lstat tell what a path is", () =>
  inDirectory(async (directory) => {
    await write(`${directory}/a`, "abc");
    const info = await denoFiles.stat(`${directory}/a`);
    assert.equal(info?.kind, "file");
    assert.equal(info?.sizeBytes, 3);
    assert.equal(
      info?.modifiedAtMs,
      Deno.statSync(`${directory}/a`).mtime?.getTime(),
    );
    assert.equal((await denoFiles.stat(directory))?.kind, "directory");
    assert.equal(await denoFiles.stat(`${directory}/none`), undefined);
    assert.equal(await denoFiles.lstat(`${directory}/none/x`), undefined);
  }));

Deno.test({
  name: "denoFiles.lstat does not follow links, stat does",
  ignore: IS_WINDOWS,
  fn: () =>
    inDirectory(async (directory) => {
      await write(`${directory}/a`, "abc");
      await Deno.symlink("a", `${directory}/link`);
      await Deno.symlink("none", `${directory}/dangling`);
      assert.equal((await denoFiles.stat(`${directory}/link`))?.kind, "file");
      assert.equal(
        (await denoFiles.lstat(`${directory}/link`))?.kind,
        "symlink",
      );
      assert.equal(await denoFiles.stat(`${directory}/dangling`), undefined);
      assert.equal(
        (await denoFiles.lstat(`${directory}/dangling`))?.kind,
        "symlink",
      );
    }),
});

Deno.test("denoFiles.list gives names in order, with what they are", () =>
  inDirectory(async (directory) => {
    await write(`${directory}/b`, "");
    await write(`${directory}/a`, "");
    await Deno.mkdir(`${directory}/C`);
    assert.deepEqual(await denoFiles.list(directory), [
      { name: "C", kind: "directory" },
      { name: "a", kind: "file" },
      { name: "b", kind: "file" },
    ]);
    assert.deepEqual(await denoFiles.list(`${directory}/C`), []);
  }));

Deno.test("denoFiles.rename replaces what stands at the target", () =>
  inDirectory(async (directory) => {
    await write(`${directory}/a`, "new");
    await write(`${directory}/b`, "old");
    await denoFiles.rename(`${directory}/a`, `${directory}/b`);
    assert.equal(await Deno.readTextFile(`${directory}/b`), "new");
    assert.equal(await denoFiles.stat(`${directory}/a`), undefined);
  }));

Deno.test({
  name: "denoFiles.rename replaces a planted link, not what it leads to",
  ignore: IS_WINDOWS,
  fn: () =>
    inDirectory(async (directory) => {
      await write(`${directory}/a`, "new");
      await write(`${directory}/victim`, "precious");
      await Deno.symlink(`${directory}/victim`, `${directory}/b`);
      await denoFiles.rename(`${directory}/a`, `${directory}/b`);
      assert.equal(await Deno.readTextFile(`${directory}/victim`), "precious");
      assert.equal((await denoFiles.lstat(`${directory}/b`))?.kind, "file");
    }),
});

Deno.test("denoFiles.link makes a second name for one file, and only a new one", () =>
  inDirectory(async (directory) => {
    const [a, b] = [`${directory}/a`, `${directory}/b`];
    await write(a, "abc");
    await denoFiles.link(a, b);
    assert.equal(await Deno.readTextFile(b), "abc");
    const identity = (await denoFiles.stat(a))?.identity;
    assert.equal((await denoFiles.stat(b))?.identity, identity);
    if (!IS_WINDOWS) assert.match(identity ?? "", /^\d+:\d+$/);
    await write(`${directory}/c`, "abc");
    assert.notEqual((await denoFiles.stat(`${directory}/c`))?.identity, "");
    await assert.rejects(denoFiles.link(a, b), {
      name: "LocalError",
      reason: "exists",
      path: b,
    });
  }));

Deno.test("denoFiles.remove takes files, trees when asked, and what is not there", () =>
  inDirectory(async (directory) => {
    await write(`${directory}/a`, "");
    await denoFiles.makeDirectory(`${directory}/d/e`);
    await denoFiles.remove(`${directory}/a`);
    await denoFiles.remove(`${directory}/a`);
    await assert.rejects(denoFiles.remove(`${directory}/d`), {
      name: "LocalError",
    });
    assert.equal((await denoFiles.stat(`${directory}/d/e`))?.kind, "directory");
    await denoFiles.remove(`${directory}/d`, { recursive: true });
    await denoFiles.remove(`${directory}/d`, { recursive: true });
    assert.deepEqual(await denoFiles.list(directory), []);
  }));

Deno.test({
  name: "denoFiles.remove removes a link, not what it leads to",
  ignore: IS_WINDOWS,
  fn: () =>
    inDirectory(async (directory) => {
      await denoFiles.makeDirectory(`${directory}/d`);
      await write(`${directory}/d/a`, "precious");
      await Deno.symlink(`${directory}/d`, `${directory}/link`);
      await denoFiles.remove(`${directory}/link`, { recursive: true });
      assert.equal(await Deno.readTextFile(`${directory}/d/a`), "precious");
    }),
});

Deno.test("denoFiles.makeDirectory makes parents and takes what is there", () =>
  inDirectory(async (directory) => {
    await denoFiles.makeDirectory(`${directory}/a/b/c`);
    await denoFiles.makeDirectory(`${directory}/a/b/c`);
    await denoFiles.makeDirectory("");
    assert.equal(
      (await denoFiles.stat(`${directory}/a/b/c`))?.kind,
      "directory",
    );
    await write(`${directory}/f`, "");
    await assert.rejects(denoFiles.makeDirectory(`${directory}/f`), {
      name: "LocalError",
      reason: "exists",
    });
  }));

Deno.test("denoFiles.syncDirectory never fails", () =>
  inDirectory(async (directory) => {
    await denoFiles.syncDirectory(directory);
    await denoFiles.syncDirectory("");
    await denoFiles.syncDirectory(`${directory}/none`);
  }));

Deno.test("denoFiles.absolute completes a path", () => {
  assert.equal(denoFiles.absolute("a/../b"), denoFiles.absolute("b"));
  const path = denoFiles.absolute("b");
  assert.ok(path.startsWith(denoFiles.absolute("")));
  assert.equal(denoFiles.absolute(path), path);
});

Deno.test("denoFiles says why when something is missing", () =>
  inDirectory(async (directory) => {
    const path = `${directory}/none/a`;
    const why = "there is no such file or directory";
    const calls: [() => Promise<unknown>, string][] = [
      [() => denoFiles.read(path), `cannot read ${path}: ${why}`],
      [() => denoFiles.list(path), `cannot list ${path}: ${why}`],
      [() => denoFiles.create(path), `cannot create ${path}: ${why}`],
      [
        () => denoFiles.rename(path, `${directory}/b`),
        `cannot rename to ${directory}/b: ${why}`,
      ],
      [
        () => denoFiles.link(path, `${directory}/b`),
        `cannot link ${directory}/b: ${why}`,
      ],
      [
        () => Array.fromAsync(denoFiles.readChunks(path)),
        `cannot open ${path}: ${why}`,
      ],
    ];
    for (const [call, message] of calls) {
      await assert.rejects(call, (error) => {
        assert.ok(error instanceof Error && "reason" in error);
        assert.equal(error.name, "LocalError");
        assert.equal(error.message, message);
        assert.equal(error.reason, "not_found");
        assert.ok(error.cause instanceof Deno.errors.NotFound);
        return true;
      });
    }
  }));

Deno.test({
  name:
    "denoFiles says why when a directory is taken for a file, and the reverse",
  ignore: IS_WINDOWS,
  fn: () =>
    inDirectory(async (directory) => {
      await assert.rejects(denoFiles.read(directory), {
        name: "LocalError",
        reason: "is_directory",
        message: `cannot read ${directory}: it is a directory`,
      });
      await assert.rejects(Array.fromAsync(denoFiles.readChunks(directory)), {
        name: "LocalError",
        reason: "is_directory",
      });
      await write(`${directory}/a`, "");
      const below = `${directory}/a/b`;
      for (const call of [denoFiles.read, denoFiles.create]) {
        await assert.rejects(call(below), {
          name: "LocalError",
          reason: "not_directory",
        });
      }
      await denoFiles.makeDirectory(`${directory}/d/e`);
      await assert.rejects(
        denoFiles.rename(`${directory}/a`, `${directory}/d`),
        { name: "LocalError", reason: "is_directory" },
      );
    }),
});

Deno.test("denoFiles shows no control characters of a path", () =>
  inDirectory(async (directory) => {
    if (IS_WINDOWS) return;
    const path = `${directory}/\x1b[2J`;
    await assert.rejects(denoFiles.read(path), {
      message: `cannot read ${directory}/\\u{1b}[2J: ` +
        "there is no such file or directory",
    });
    // A failure without words of its own is shown in the runtime's.
    await denoFiles.makeDirectory(`${path}/x`);
    await assert.rejects(denoFiles.remove(path), (error) => {
      assert.ok(error instanceof Error);
      // deno-lint-ignore no-control-regex
      assert.doesNotMatch(error.message, /[\x00-\x1f]/);
      return true;
    });
  }));

Deno.test({
  name: "denoFiles says why when permission is denied, and what to do",
  ignore: CANNOT_BE_REFUSED,
  fn: () =>
    inDirectory(async (directory) => {
      await denoFiles.makeDirectory(`${directory}/closed`);
      await Deno.chmod(`${directory}/closed`, 0o500);
      await assert.rejects(denoFiles.create(`${directory}/closed/a`), {
        name: "LocalError",
        reason: "permission",
        message: `cannot create ${directory}/closed/a: permission denied`,
        hint: "Check the owner and mode of the directory, or choose another.",
      });
    }),
});
