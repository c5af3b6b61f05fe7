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
