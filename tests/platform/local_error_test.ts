import assert from "node:assert/strict";
import { localError } from "../../src/platform/mod.ts";

// code of the system (errno), reason
const REASONS: [string, string][] = [
  ["ENOENT", "not_found"],
  ["EEXIST", "exists"],
  ["EACCES", "permission"],
  ["EPERM", "permission"],
  ["EROFS", "read_only"],
  ["ENOSPC", "no_space"],
  ["EDQUOT", "no_space"],
  ["EFBIG", "no_space"],
  ["EXDEV", "cross_device"],
  ["EMLINK", "too_many_links"],
  ["ENOTSUP", "unsupported"],
  ["EOPNOTSUPP", "unsupported"],
  ["ENOSYS", "unsupported"],
  ["EISDIR", "is_directory"],
  ["ENOTDIR", "not_directory"],
  ["EBUSY", "busy"],
  ["EIO", "other"],
];

for (const [code, reason] of REASONS) {
  Deno.test(`localError of ${code} has the reason ${reason}`, () => {
    const cause = Object.assign(new Error("words of the system"), { code });
    const error = localError("cannot write", "/x", cause);
    assert.equal(error.name, "LocalError");
    assert.equal(error.reason, reason);
    assert.equal(error.path, "/x");
    assert.equal(error.cause, cause);
    assert.match(error.message, /^cannot write \/x: ./);
  });
}

Deno.test("localError of a permission that Deno was not given", () => {
  const cause = new Deno.errors.NotCapable("Requires read access");
  const error = localError("cannot read", "/x", cause);
  assert.equal(error.reason, "permission");
  assert.equal(error.message, "cannot read /x: permission denied");
});

Deno.test("localError says what to do when the disk is full", () => {
  const cause = Object.assign(new Error(), { code: "ENOSPC" });
  const error = localError("cannot write", "/x", cause);
  assert.equal(
    error.message,
    "cannot write /x: no space left (disk full, quota or file size limit)",
  );
  assert.equal(
    error.hint,
    "Free some space or choose another directory, then run it again.",
  );
});

const IN_WORDS: [string, string, string | undefined][] = [
  [
    "EIO",
    "the disk reports an input/output error",
    "Check the disk, or choose a directory on another one.",
  ],
  [
    "EMFILE",
    "too many open files",
    "Lower --jobs, or raise the limit of open files (ulimit -n).",
  ],
  [
    "ENFILE",
    "too many open files",
    "Lower --jobs, or raise the limit of open files (ulimit -n).",
  ],
  [
    "ESTALE",
    "the network file system has lost it",
    "Run it again once the network file system is back.",
  ],
  ["ELOOP", "too many symbolic links in the path", undefined],
  ["ENAMETOOLONG", "the name is too long for the file system", undefined],
  ["ENOTEMPTY", "the directory is not empty", undefined],
];

for (const [code, sentence, hint] of IN_WORDS) {
  Deno.test(`localError says in words of its own what ${code} means`, () => {
    const cause = Object.assign(new Error("words of the system"), { code });
    const error = localError("cannot write", "/x", cause);
    assert.equal(error.reason, "other");
    assert.equal(error.message, `cannot write /x: ${sentence}`);
    assert.equal(error.hint, hint);
  });
}

Deno.test("localError shows the words of what it does not know, escaped", () => {
  assert.equal(
    localError("cannot read", "/x\n", new Error("odd\x1b[2J")).message,
    "cannot read /x\\u{a}: odd\\u{1b}[2J",
  );
  assert.equal(
    localError("cannot read", "/x", "text").message,
    "cannot read /x: text",
  );
  assert.equal(localError("cannot read", "/x", null).reason, "other");
});

Deno.test("localError keeps apart what a real system says", async () => {
  const directory = await Deno.makeTempDir();
  try {
    const cause = await Deno.open(directory + "/a/b").catch((error) => error);
    assert.equal(localError("x", "/x", cause).reason, "not_found");
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});
