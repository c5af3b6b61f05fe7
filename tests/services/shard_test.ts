import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { UsageError } from "../../src/base/mod.ts";
import { checkShard, isInShard, parseShard } from "../../src/services/shard.ts";

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

Deno.test("parseShard reads i/n", () => {
  assert.deepEqual(parseShard("2/8"), { index: 2, count: 8 });
  assert.deepEqual(parseShard("1/1"), { index: 1, count: 1 });
  assert.deepEqual(parseShard("1000/1000"), { index: 1000, count: 1000 });
});

Deno.test("parseShard refuses what is no part of a whole", () => {
  const wrong = ["", "2", "0/8", "9/8", "0/0", "-1/8", "1.5/8", " 1/8", "1/8 "];
  for (const text of [...wrong, "2/", "/8", "1/8/9", "a/b", "1/9999999"]) {
    assert.throws(() => parseShard(text), (error) => {
      assert.ok(error instanceof UsageError, text);
      assert.equal(error.message, `invalid shard '${text}'`);
      assert.match(error.hint ?? "", /2\/8 for the second of eight/);
      return true;
    });
  }
  for (const index of [0, 3, 1.5, NaN]) {
    assert.throws(() => checkShard({ index, count: 2 }), {
      name: "UsageError",
      message: `invalid shard '${index}/2'`,
    });
  }
});

Deno.test("isInShard puts keys where FNV-1a says, for ever", () => {
  // The test vectors of FNV-1a, 32 bits.
  const vectors: [string, number][] = [
    ["", 0x811c9dc5],
    ["a", 0xe40c292c],
    ["foobar", 0xbf9cf968],
  ];
  for (const [key, hash] of vectors) {
    for (const count of [1, 2, 8, 1000, 999_983]) {
      for (const index of [1, 2, 8, hash % count, hash % count + 1]) {
        assert.equal(
          isInShard(key, { index, count }),
          index === hash % count + 1,
          `${key} ${index}/${count}`,
        );
      }
    }
  }
  assert.ok(isInShard("anything", undefined));
});

Deno.test("isInShard gives every key to one shard, and all about as many", () => {
  const counts = new Array<number>(8).fill(0);
  for (let at = 0; at < 8000; at++) {
    const key = sha256(String(at));
    const shards = [...counts.keys()].filter((index) =>
      isInShard(key, { index: index + 1, count: 8 })
    );
    assert.equal(shards.length, 1);
    const [shard = 0] = shards;
    counts[shard] = (counts[shard] ?? 0) + 1;
  }
  for (const count of counts) {
    assert.ok(Math.abs(count - 1000) < 150, `${counts}`);
  }
});
