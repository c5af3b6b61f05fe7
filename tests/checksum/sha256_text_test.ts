import assert from "node:assert/strict";
import { RefusedError } from "../../src/base/mod.ts";
import { parseSha256 } from "../../src/checksum/mod.ts";

const EMPTY =
  "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

function messageFor(text: string): string {
  try {
    parseSha256(text);
  } catch (error) {
    assert(error instanceof RefusedError);
    return error.message;
  }
  return "nothing was thrown";
}

Deno.test("parseSha256() gives lower case when the digits are of either case", () => {
  assert.equal(parseSha256(EMPTY), EMPTY);
  assert.equal(parseSha256(EMPTY.toUpperCase()), EMPTY);
});

Deno.test("parseSha256() refuses what is not 64 hexadecimal digits", () => {
  const why = "is not a SHA-256 (64 hexadecimal digits)";
  assert.equal(messageFor(""), `'' ${why}`);
  assert.equal(messageFor("../../etc/passwd"), `'../../etc/passwd' ${why}`);
  for (
    const text of [
      EMPTY.slice(1),
      `${EMPTY}0`,
      ` ${EMPTY}`,
      `g${EMPTY.slice(1)}`,
    ]
  ) {
    assert.equal(messageFor(text), `'${text}' ${why}`);
  }
});

Deno.test("parseSha256() shows controls escaped when it refuses them", () => {
  assert.equal(
    messageFor(`${EMPTY}\n`),
    `'${EMPTY}\\u{a}' is not a SHA-256 (64 hexadecimal digits)`,
  );
});
