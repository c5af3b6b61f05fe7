import assert from "node:assert/strict";
import { parseRetryAfter } from "../../src/http/mod.ts";

// Sun, 06 Nov 1994 08:49:37 GMT, the example of RFC 9110.
const NOW_MS = 784_111_777_000;

// Retry-After, Date, milliseconds
const CASES: [string, string | undefined, number | undefined][] = [
  ["0", undefined, 0],
  ["3", undefined, 3000],
  [" 10 ", undefined, 10_000],
  ["0010", undefined, 10_000],
  ["1000000000", undefined, 1e12],
  ["Sun, 06 Nov 1994 08:49:41 GMT", undefined, 4000],
  ["Sunday, 06-Nov-94 08:49:41 GMT", undefined, 4000],
  ["Sun Nov  6 08:49:41 1994", undefined, 4000],
  ["Sun, 06 Nov 1994 08:49:30 GMT", undefined, 0],
  // A local clock a day ahead does no harm.
  [
    "Sat, 05 Nov 1994 08:49:41 GMT",
    "Sat, 05 Nov 1994 08:49:37 GMT",
    4000,
  ],
  ["Sun, 06 Nov 1994 08:49:41 GMT", "not a date", 4000],
  ["", undefined, undefined],
  ["-1", undefined, undefined],
  ["1.5", undefined, undefined],
  ["1e3", undefined, undefined],
  ["ten", undefined, undefined],
  ["soon 3", undefined, undefined],
  ["May 5", undefined, undefined],
  ["2", "garbage", 2000],
  ["Sun, 99 Foo 1994 08:49:41 GMT", undefined, undefined],
];

for (const [text, date, expected] of CASES) {
  Deno.test(`parseRetryAfter of '${text}' when Date is ${date}`, () => {
    const headers = new Headers({ "retry-after": text });
    if (date !== undefined) headers.set("date", date);
    assert.equal(parseRetryAfter(headers, NOW_MS), expected);
  });
}

Deno.test("parseRetryAfter is undefined when there is no such header", () => {
  assert.equal(parseRetryAfter(new Headers(), NOW_MS), undefined);
});
