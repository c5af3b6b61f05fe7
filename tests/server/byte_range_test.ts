import assert from "node:assert/strict";
import { parseRange } from "../../src/server/byte_range.ts";

// RFC 9110, section 14.1.2, for a content of ten bytes; undefined means that
// the whole content is answered.
const TEN: [header: string | null, range: ReturnType<typeof parseRange>][] = [
  [null, undefined],
  ["", undefined],
  ["bytes=0-", { start: 0, end: 10 }],
  ["bytes=0-0", { start: 0, end: 1 }],
  ["bytes=2-4", { start: 2, end: 5 }],
  ["bytes=9-", { start: 9, end: 10 }],
  ["bytes=0-9", { start: 0, end: 10 }],
  ["bytes=5-99", { start: 5, end: 10 }],
  ["bytes=5-99999999999999999999999999", { start: 5, end: 10 }],
  ["BYTES=2-4", { start: 2, end: 5 }],
  [" bytes=2-4 ", { start: 2, end: 5 }],
  ["bytes=-1", { start: 9, end: 10 }],
  ["bytes=-10", { start: 0, end: 10 }],
  ["bytes=-99", { start: 0, end: 10 }],
  ["bytes=-0", "unsatisfiable"],
  ["bytes=10-", "unsatisfiable"],
  ["bytes=10-20", "unsatisfiable"],
  ["bytes=99999999999999999999999999-", "unsatisfiable"],
  ["bytes=4-2", undefined],
  ["bytes=-", undefined],
  ["bytes=", undefined],
  ["bytes=a-b", undefined],
  ["bytes=0x1-2", undefined],
  ["bytes=1.5-2", undefined],
  ["bytes=--2", undefined],
  ["bytes=0-1,3-4", undefined],
  ["bytes=0-1, -1", undefined],
  ["lines=0-1", undefined],
  ["0-1", undefined],
];

for (const [header, range] of TEN) {
  Deno.test(`parseRange of ten bytes when the header is ${JSON.stringify(header)}`, () => {
    assert.deepEqual(parseRange(header, 10), range);
  });
}

Deno.test("parseRange finds nothing to give when the content is empty", () => {
  assert.equal(parseRange("bytes=0-", 0), "unsatisfiable");
  assert.equal(parseRange("bytes=-1", 0), "unsatisfiable");
  assert.equal(parseRange(null, 0), undefined);
});
