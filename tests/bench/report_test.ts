import assert from "node:assert/strict";
import { formatItem, formatTable } from "../../scripts/bench/report_text.ts";
import { replaceBetween } from "../../scripts/bench/write_report.ts";
import { checkClaims } from "../../scripts/bench/claims.ts";
import type { ItemResult } from "../../scripts/bench/results.ts";
import type { Performance } from "../../scripts/bench/workbench.ts";

function performance(tool: string, ...seconds: number[]): Performance {
  const samples = seconds.map((seconds) => ({
    seconds,
    cpuSeconds: seconds / 2,
    peakBytes: 100 * 2 ** 20,
  }));
  return { tool, samples, failure: undefined };
}

const ITEM: ItemResult = {
  id: "manifest",
  title: "2,000 files",
  rate: { unit: "files/s", amount: 2000 },
  performances: [
    performance("hca", 2, 4, 3),
    performance("curl -Z, 16", 1.2),
    { ...performance("aria2c -j16", 12), failure: "exit status 9" },
  ],
  notes: [],
};

Deno.test("formatItem shows medians, rates and ratios against hca", () => {
  const lines = formatItem(ITEM).split("\n").map((line) =>
    line.replaceAll(/ +/g, " ")
  );
  assert.ok(lines.includes("| hca | 3 | 2–4 | 667 | 1 | 1.5 | 100 |"));
  assert.ok(
    lines.includes("| curl -Z, 16 | 1.2 | 1.2 | 1,667 | 0.4 | 0.6 | 100 |"),
  );
  assert.ok(lines.includes("aria2c -j16 failed: exit status 9"));
});

Deno.test("checkClaims compares medians and leaves out what was not run", () => {
  assert.deepEqual(checkClaims([ITEM], []), [{
    text: "many files, manifest: at least 0.5 × as fast as curl -Z, 16",
    measured: "0.4 ×",
    holds: false,
  }, {
    text: "many files, manifest: at least 3 × as fast as aria2c -j16",
    measured: "4 ×",
    holds: true,
  }]);
});

Deno.test("checkClaims refuses memory that grows, even when it is little", () => {
  const growth = (last: number, isFlat = true) => ({
    title: "One file",
    plot: "bytes",
    xLabel: "GiB",
    isLogarithmic: false,
    isFlat,
    curves: [{
      name: "downloaded",
      points: [100, last].map((mebibytes, x) => {
        const samples = [
          { seconds: 1, cpuSeconds: 1, peakBytes: mebibytes * 2 ** 20 },
        ];
        return { x, performance: { tool: "hca", samples, failure: undefined } };
      }),
    }],
  });
  const holds = [105, 130, 160].map((last) =>
    checkClaims([], [growth(last)]).map((claim) => claim.holds)
  );
  assert.deepEqual(holds, [[true], [false], [false]]);
  assert.equal(checkClaims([], [growth(130, false)])[0]?.holds, true);
  assert.equal(checkClaims([], [growth(160, false)])[0]?.holds, false);
});

Deno.test("formatTable pads its columns", () => {
  assert.equal(
    formatTable(["tool", "s"], [["hca", "1.25"]]),
    "| tool |    s |\n| ---- | ---: |\n| hca  | 1.25 |",
  );
});

Deno.test("replaceBetween keeps what stands around the marks", () => {
  const text = "a\n<!-- results: begin -->\nold\n<!-- results: end -->\nz\n";
  const replaced = replaceBetween(text, "new");
  assert.equal(
    replaced,
    "a\n<!-- results: begin -->\n\nnew\n\n<!-- results: end -->\nz\n",
  );
  assert.equal(replaceBetween(replaced, "new"), replaced);
});

Deno.test("replaceBetween refuses a text without the marks", () => {
  assert.throws(() => replaceBetween("nothing", "new"), {
    name: "Error",
    message: /lacks/,
  });
});
