import assert from "node:assert/strict";
import { timestampAfter } from "../../../src/server/events/timestamp_after.ts";

const NOON = Date.UTC(2020, 0, 1, 12);
const NOON_TEXT = "2020-01-01T120000.000000Z";

const CASES: [last: string | undefined, expected: string][] = [
  [undefined, NOON_TEXT],
  ["2019-12-31T235959.999999Z", NOON_TEXT],
  ["2020-01-01T115959.999999Z", NOON_TEXT],
  [NOON_TEXT, "2020-01-01T120000.000001Z"],
  ["2020-01-01T120000.000999Z", "2020-01-01T120000.001000Z"],
  ["2020-01-01T120000.999999Z", "2020-01-01T120001.000000Z"],
  ["2020-02-29T235959.999999Z", "2020-03-01T000000.000000Z"],
  ["2031-01-01T000000.123456Z", "2031-01-01T000000.123457Z"],
];

for (const [last, expected] of CASES) {
  Deno.test(`timestampAfter() at noon is ${expected} after ${last}`, () => {
    assert.equal(timestampAfter(last, NOON), expected);
  });
}
