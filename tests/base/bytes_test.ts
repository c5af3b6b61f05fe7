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
  [999, "999 B"],
  [1000, "1.0 kB"],
  [1550, "1.6 kB"],
  [999_949, "999.9 kB"],
  [999_950, "1.0 MB"],
  [1_600_000, "1.6 MB"],
  [2e9, "2.0 GB"],
  [5e12, "5.0 TB"],
  [5e15, "5.0 PB"],
  [5e18, "5000.0 PB"],
];

for (const [sizeBytes, shown] of SIZES) {
  Deno.test(`formatBytes of ${sizeBytes} is ${shown}`, () => {
    assert.equal(formatBytes(sizeBytes), shown);
  });
}
