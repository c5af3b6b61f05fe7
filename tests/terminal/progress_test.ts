import assert from "node:assert/strict";
import {
  displayWidth,
  formatProgress,
  formatProgressLine,
  type ProgressState,
} from "../../src/terminal/mod.ts";

const MIB = 2 ** 20;
const STATE: ProgressState = {
  doneFiles: 17,
  files: 345,
  failedFiles: 2,
  doneBytes: 1.5 * MIB,
  sizeBytes: 3 * MIB,
  bytesPerSecond: 8 * MIB,
  leftMs: 192_000,
  items: [],
};
const ITEM = {
  name: "SRR1_R1.fastq.gz",
  doneBytes: 45,
  sizeBytes: 100,
  bytesPerSecond: 2048,
};

/** What a bug in the widths would make wrap: ideographs, marks, emoji. */
const NAMES = [
  "細胞アトラス_ヒト_腎臓_単一細胞.fastq.gz",
  "e\u0301tude_de_la_re\u0301tine.loom",
  "🧬🧬🧬🧬🧬🧬🧬🧬🧬🧬🧬🧬.h5ad",
  "\x1b[2J\u202e\r\nforged",
];

/** One line, on a terminal of a height that has room for nothing else. */
function first(state: ProgressState, columns: number): string {
  const lines = formatProgress(state, { columns, rows: 1 });
  assert.equal(lines.length, 1);
  return lines[0] ?? "";
}

Deno.test("formatProgress on 102 columns has a bar and all numbers", () => {
  assert.equal(
    first(STATE, 102),
    "[#######-------]   50 %  1.5 MiB of 3.0 MiB  8.0 MiB/s  3:12 left  " +
      "17/345 files  2 failed",
  );
});

/** What is left out where there is less room; the bar needs 60 columns. */
const NARROW: [columns: number, line: string][] = [
  [61, " 50 %  8.0 MiB/s  3:12 left  17/345 files  2 failed"],
  [52, " 50 %  8.0 MiB/s  17/345 files  2 failed"],
  [42, " 50 %  17/345 files  2 failed"],
  [31, " 50 %  2 failed"],
  [22, " 50 %  2 failed"],
  [20, " 50 %  2 failed"],
  [12, " 50 %"],
  [6, " 5…"],
];

for (const [columns, line] of NARROW) {
  Deno.test(`formatProgress on ${columns} columns is '${line}'`, () => {
    assert.equal(first(STATE, columns), line);
  });
}

Deno.test("formatProgress leaves three columns free, whatever the names", () => {
  const items = NAMES.map((name) => ({ ...ITEM, name }));
  for (let columns = 2; columns <= 200; columns++) {
    for (const rows of [1, 4, 24]) {
      for (const state of [STATE, { ...STATE, files: 10 ** 6 }]) {
        const lines = formatProgress({ ...state, items }, { columns, rows });
        for (const line of lines) {
          // Room for the `^C` of the terminal.
          const room = Math.max(1, columns - 3);
          assert.ok(displayWidth(line) <= room, `${columns}: ${line}`);
          // deno-lint-ignore no-control-regex -- these move the cursor
          assert.doesNotMatch(line, /[\x00-\x1f\u202e]/);
        }
      }
    }
  }
});

Deno.test("formatProgress shows the slowest files, cut where they are too long", () => {
  const items = [ITEM, { ...ITEM, name: NAMES[0] ?? "" }];
  const draw = (columns: number) =>
    formatProgress({ ...STATE, items }, { columns, rows: 24 }).slice(1);
  assert.deepEqual(draw(62), [
    "  SRR1_R1.fastq.gz                       45 %     2.0 KiB/s",
    "  細胞アトラス_ヒト_腎臓_単一細胞.fas…   45 %     2.0 KiB/s",
  ]);
  assert.deepEqual(draw(43), [
    "  SRR1_R1.fastq.gz    45 %     2.0 KiB/s",
    "  細胞アトラス_ヒ…    45 %     2.0 KiB/s",
  ]);
  assert.deepEqual(draw(22), ["  SRR1_R1.f…   45 %", "  細胞アト…    45 %"]);
});

/** Heights, and how many files have a line of their own. */
const HEIGHTS = [[1, 0], [3, 0], [6, 1], [7, 2], [12, 3], [13, 4], [99, 4]];

for (const [rows = 0, count = 0] of HEIGHTS) {
  Deno.test(`formatProgress on ${rows} rows shows ${count} files`, () => {
    const items = Array.from({ length: 9 }, () => ITEM);
    const lines = formatProgress({ ...STATE, items }, { columns: 80, rows });
    assert.equal(lines.length, 1 + count);
  });
}

Deno.test("formatProgress says 100 % only when all bytes are there", () => {
  const at = (doneBytes: number) =>
    first({ ...STATE, doneBytes, sizeBytes: 10_000, failedFiles: 0 }, 22);
  assert.equal(at(9_999), " 99 %  17/345 files");
  assert.equal(at(10_000), "100 %  17/345 files");
  // More than all cannot be.
  assert.equal(at(10_001), "100 %  17/345 files");
});

Deno.test("formatProgress counts files where no sizes are known", () => {
  const unknown = { ...STATE, doneBytes: 0, sizeBytes: 0, failedFiles: 0 };
  assert.match(first({ ...unknown, doneFiles: 69 }, 20), /^ 20 %/);
  assert.match(first({ ...unknown, doneFiles: 0, files: 0 }, 20), /^ {2}0 %/);
});

Deno.test("formatProgress says nothing of time where nobody knows it", () => {
  assert.doesNotMatch(first({ ...STATE, leftMs: undefined }, 200), /left/);
});

Deno.test("formatProgress has colours only when they are wanted", () => {
  const style = { columns: 102, rows: 24 };
  const state = { ...STATE, items: [ITEM] };
  const draw = (hasColor: boolean) =>
    formatProgress(state, { ...style, hasColor }).join("\n")
      .replaceAll("\x1b", "ESC");
  const colored = draw(true);
  assert.ok(!draw(false).includes("ESC"));
  assert.match(colored, /ESC\[32m#+ESC\[0m.*ESC\[31m2 failedESC\[0m$/m);
  assert.match(colored, /^ESC\[2m {2}SRR1.*ESC\[0m$/m);
  assert.equal(colored.replace(/ESC\[\d+m/g, ""), draw(false));
});
Deno.test("formatProgressLine has the numbers in words", () => {
  assert.equal(
    formatProgressLine(STATE),
    "17 of 345 files, 1.5 MiB of 3.0 MiB (50 %), 8.0 MiB/s, 3:12 left, " +
      "2 failed",
  );
  assert.equal(
    formatProgressLine({ ...STATE, failedFiles: 0, leftMs: undefined }),
    "17 of 345 files, 1.5 MiB of 3.0 MiB (50 %), 8.0 MiB/s",
  );
});
