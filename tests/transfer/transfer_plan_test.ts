import assert from "node:assert/strict";
import { NotFoundError, RefusedError } from "../../src/base/mod.ts";
import {
  planOf,
  planTransfer,
  type WantedFile,
} from "../../src/transfer/mod.ts";

const A = "a".repeat(64);
const B = "b".repeat(64);

function wanted(
  name: string,
  sha256: string,
  target?: string,
  sizeBytes = 5,
): WantedFile {
  const url = `https://dss.test/${name}`;
  const source = { kind: "request" as const, url, headers: {} };
  return { name, sha256, sizeBytes, source, target };
}

Deno.test("planTransfer has each content once with all its places, in order", () => {
  const plan = planTransfer([
    wanted("b.txt", B, "x/b.txt"),
    wanted("a.txt", A, "x/a.txt"),
    wanted("b2.txt", B, "y/b2.txt"),
    wanted("b3.txt", B),
    wanted("b.txt", B, "x/b.txt"),
  ]);
  assert.deepEqual(
    plan.map(({ name, sha256, targets }) => [name, sha256, targets]),
    [["b.txt", B, ["x/b.txt", "y/b2.txt"]], ["a.txt", A, ["x/a.txt"]]],
  );
  assert.deepEqual(plan[0]?.source, {
    kind: "request",
    url: "https://dss.test/b.txt",
    headers: {},
  });
  assert.deepEqual(planTransfer([]), []);
});

Deno.test("planTransfer refuses one SHA-256 with two sizes", () => {
  assert.throws(
    () => planTransfer([wanted("a.txt", A), wanted("b.txt", A, "t", 6)]),
    (error) =>
      error instanceof RefusedError &&
      error.message === "'b.txt' and 'a.txt' have one SHA-256 and two sizes " +
          "(6 and 5 bytes)",
  );
});

Deno.test("planTransfer refuses one place for two contents", () => {
  assert.throws(
    () => planTransfer([wanted("a", A, "x/f"), wanted("b", B, "x/f")]),
    (error) =>
      error instanceof RefusedError &&
      error.message === "two different files are to be written to 'x/f'",
  );
});

Deno.test("planOf has what cannot be had first, and may be gone through again", async () => {
  const contents = planTransfer([wanted("a", A), wanted("b", B, "x/b", 7)]);
  const failure = { name: "c", error: new NotFoundError("no such bundle") };
  const plan = planOf(contents, [failure]);
  assert.deepEqual([plan.contents, plan.sizeBytes], [3, 12]);
  for (let time = 0; time < 2; time++) {
    assert.deepEqual(await Array.fromAsync(plan.entries()), [
      failure,
      ...contents,
    ]);
    const sizes = await Array.fromAsync(
      plan.survey(),
      ({ sha256, sizeBytes }) => [sha256, sizeBytes],
    );
    assert.deepEqual(sizes, [[A, 5], [B, 7]]);
  }
});
