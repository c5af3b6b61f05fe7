import assert from "node:assert/strict";
import { parseContentRange } from "../../src/transfer/mod.ts";

function parse(text: string) {
  return parseContentRange(new Headers({ "content-range": text }));
}

Deno.test("parseContentRange reads the examples of RFC 9110, section 14.4", () => {
  assert.deepEqual(parse("bytes 42-1233/1234"), {
    start: 42,
    end: 1234,
    sizeBytes: 1234,
  });
  assert.deepEqual(parse("bytes 42-1233/*"), {
    start: 42,
    end: 1234,
    sizeBytes: undefined,
  });
  assert.deepEqual(parse("BYTES 0-0/1"), { start: 0, end: 1, sizeBytes: 1 });
});

Deno.test("parseContentRange gives undefined for what makes no sense", () => {
  const wrong = [
    "bytes */1234",
    "bytes 5-4/10",
    "bytes 0-10/10",
    "bytes 0-9",
    "bytes -5/10",
    "bytes 0-9/ten",
    "items 0-9/10",
    "bytes 0-9/10, bytes 20-29/30",
    "bytes=0-9/10",
    "",
  ];
  for (const text of wrong) assert.equal(parse(text), undefined, text);
  assert.equal(parseContentRange(new Headers()), undefined);
});
