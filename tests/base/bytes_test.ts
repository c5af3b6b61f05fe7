import assert from "node:assert/strict";
import { concatBytes, formatBytes, toHex } from "../../src/base/mod.ts";

Deno.test("toHex writes two lower-case digits per byte", () => {
  assert.equal(
    toHex(new Uint8Array([0, 1, 0x0f, 0x10, 0xab, 0xff])),
    "00010f10abff",
  );
  assert.equal(toHex(new Uint8Array()), "");
});

Deno.test("concatBytes joins pieces, empty ones and views included", () => {
  const whole = new Uint8Array([9, 1, 2, 9]);
  assert.deepEqual(
    concatBytes([new Uint8Array(), whole.subarray(1, 3), new Uint8Array([3])]),
    new Uint8Array([1, 2, 3]),
  );
  assert.deepEqual(concatBytes([]), new Uint8Array());
});

const SIZES: [number, string][] = [
  [0, "0 B"],
  [847, "847 B"],
  [1023, "1023 B"],
  [1024, "1.0 KiB"],
  [1587, "1.5 KiB"],
  [1_048_524, "1023.9 KiB"],
  [1_048_525, "1.0 MiB"],
  [1_677_722, "1.6 MiB"],
  [2 ** 31, "2.0 GiB"],
  [5 * 2 ** 40, "5.0 TiB"],
  [5 * 2 ** 50, "5.0 PiB"],
  [5 * 2 ** 60, "5120.0 PiB"],
];

for (const [sizeBytes, shown] of SIZES) {
  Deno.test(`formatBytes of ${sizeBytes} is ${shown}`, () => {
    assert.equal(formatBytes(sizeBytes), shown);
  });
}
