import assert from "node:assert/strict";
import { CancelledError, UsageError } from "../../src/base/mod.ts";
import { readLines } from "../../src/platform/_read_lines.ts";

const never = new AbortController().signal;

/** An input that gives pieces as they are. */
function inputOf(...pieces: (string | Uint8Array)[]): {
  read: (buffer: Uint8Array) => Promise<number | null>;
} {
  const left = pieces.map((piece) =>
    typeof piece === "string" ? new TextEncoder().encode(piece) : piece
  );
  return {
    read(buffer) {
      const piece = left.shift();
      if (piece === undefined) return Promise.resolve(null);
      const taken = piece.subarray(0, buffer.length);
      buffer.set(taken);
      if (taken.length < piece.length) left.unshift(piece.slice(taken.length));
      return Promise.resolve(taken.length);
    },
  };
}

async function linesOf(...pieces: (string | Uint8Array)[]): Promise<string[]> {
  return await Array.fromAsync(readLines(inputOf(...pieces), never));
}

Deno.test("readLines gives lines as they end, whatever the pieces are", async () => {
  const text = "one\n\ntwo é日\r\nthree";
  const expected = ["one", "", "two é日", "three"];
  assert.deepEqual(await linesOf(text), expected);
  const bytes = [...new TextEncoder().encode(text)];
  const single = bytes.map((byte) => new Uint8Array([byte]));
  assert.deepEqual(await linesOf(...single), expected);
  assert.deepEqual(await linesOf(`${text}\n`), expected);
  assert.deepEqual(await linesOf(), []);
  assert.deepEqual(await linesOf("\n"), [""]);
});

Deno.test("readLines leaves the mark at the start out", async () => {
  assert.deepEqual(await linesOf("\ufeffa\nb"), ["a", "b"]);
});

Deno.test("readLines takes no byte of an earlier read for one of this", async () => {
  // The second read is shorter than the first one.
  assert.deepEqual(await linesOf("aaaa\nbbbb\n", "c"), ["aaaa", "bbbb", "c"]);
});

Deno.test("readLines gives up a wait, and refuses a line without end", async () => {
  const ending = new AbortController();
  const waiting = Array.fromAsync(
    readLines({ read: () => new Promise(() => {}) }, ending.signal),
  );
  ending.abort(new CancelledError("interrupted"));
  await assert.rejects(waiting, CancelledError);
  const piece = new Uint8Array(1 << 20).fill(0x61);
  await assert.rejects(linesOf(...Array(17).fill(piece)), (error) => {
    assert.ok(error instanceof UsageError);
    assert.match(error.message, /longer than 16 MiB/);
    return true;
  });
});
