import assert from "node:assert/strict";
import type { SequencingRun } from "../../../src/server/sample/cluster.ts";
import { generateFastq } from "../../../src/server/sample/fastq.ts";
import { startTenXClusters } from "../../../src/server/sample/ten_x_library.ts";

const COUNT = 1500;

function runOf(qualities: SequencingRun["qualities"]): SequencingRun {
  return {
    label: "test",
    flowCell: "A1:2:F3",
    lane: 4,
    qualities,
    startClusters: () => startTenXClusters("test"),
  };
}

function linesOf(read: "R1" | "R2" | "I1", qualities = runOf("full")) {
  const text = new TextDecoder().decode(generateFastq(qualities, read, COUNT));
  assert.ok(text.endsWith("\n"));
  return text.slice(0, -1).split("\n");
}

function every4th(lines: string[], offset: number): string[] {
  return lines.filter((_, i) => i % 4 === offset);
}

Deno.test("generateFastq writes the header of bcl2fastq with the mate's number", () => {
  const header = /^@A1:2:F3:4:\d{4}:\d{4,5}:\d{4,5} 1:N:0:[ACGTN]{8}$/;
  const first = every4th(linesOf("R1"), 0);
  const second = every4th(linesOf("R2"), 0);
  for (const line of first) assert.match(line, header);
  assert.deepEqual(second, first.map((line) => line.replace(" 1:", " 2:")));
  assert.deepEqual(every4th(linesOf("I1"), 0), first);
});

Deno.test("generateFastq calls about one base in 200 wrongly and few not at all", () => {
  const calls = every4th(linesOf("R2"), 1);
  const next = startTenXClusters("test");
  let [wrong, missing, total] = [0, 0, 0];
  for (const call of calls) {
    const truth = new TextDecoder().decode(next().reads.R2);
    [...call].forEach((base, i) => {
      total += 1;
      if (base === "N") missing += 1;
      else if (base !== truth[i]) wrong += 1;
    });
  }
  assert.equal(total, 98 * COUNT);
  assert.ok(wrong / total > 0.004 && wrong / total < 0.006, `${wrong}`);
  assert.ok(missing / total > 0.0003 && missing / total < 0.0008, `${missing}`);
});

Deno.test("generateFastq gives quality 2 to exactly the bases not called", () => {
  const lines = linesOf("I1", runOf("binned"));
  const qualities = every4th(lines, 3);
  let seen = 0;
  every4th(lines, 1).forEach((call, row) => {
    [...call].forEach((base, i) => {
      assert.equal(base === "N", qualities[row]?.[i] === "#");
      if (base === "N") seen += 1;
    });
  });
  assert.ok(seen > 0);
});

Deno.test("generateFastq lets the qualities fall along the read", () => {
  for (const profile of ["full", "binned"] as const) {
    const qualities = every4th(linesOf("R2", runOf(profile)), 3);
    const meanOf = (start: number): number =>
      qualities.reduce((sum, line) => {
        const part = [...line.slice(start, start + 20)];
        return sum + part.reduce((a, q) => a + q.charCodeAt(0) - 33, 0) / 20;
      }, 0) / qualities.length;
    assert.ok(meanOf(10) - meanOf(78) > 0.8, profile);
    assert.ok(meanOf(78) > 28, profile);
  }
});

Deno.test("generateFastq uses four scores when qualities are binned", () => {
  const letters = new Set(every4th(linesOf("R2", runOf("binned")), 3).join(""));
  assert.deepEqual([...letters].sort(), ["#", ",", ":", "F"]);
});
