import assert from "node:assert/strict";
import { UsageError } from "../../src/base/mod.ts";
import { parseRate } from "../../src/commands/transfer/parse_rate.ts";

/** As curl(1) reads them, and the same with the units of IEC 80000-13. */
const RATES: [text: string, bytesPerSecond: number][] = [
  ["1", 1],
  ["1500", 1500],
  ["500K", 512_000],
  ["500k", 512_000],
  ["10M", 10_485_760],
  ["10MiB", 10_485_760],
  ["10mib", 10_485_760],
  ["1.5KiB", 1536],
  ["0.5K", 512],
  ["2G", 2_147_483_648],
  ["1T", 1_099_511_627_776],
];

for (const [text, bytesPerSecond] of RATES) {
  Deno.test(`parseRate of ${text} is ${bytesPerSecond}`, () => {
    assert.equal(parseRate(text, "limit-rate"), bytesPerSecond);
  });
}

const NONE = ["", "0", "0.2", "-1", "fast", "10MB", "10 M", "1e6", "M", "9e99T"]
  .concat(["99999999999999999T", "10Mi", "1,5M"]);

for (const text of NONE) {
  Deno.test(`parseRate refuses '${text}'`, () => {
    assert.throws(() => parseRate(text, "low-speed"), (error: unknown) => {
      assert.ok(error instanceof UsageError);
      assert.equal(
        error.message,
        "--low-speed takes bytes per second such as 500K, 10M or 1.5MiB, " +
          `not '${text}'`,
      );
      return true;
    });
  });
}
