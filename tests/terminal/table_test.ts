import assert from "node:assert/strict";
import {
  displayWidth,
  formatTable,
  type TableColumn,
  type TableStyle,
} from "../../src/terminal/mod.ts";

const UUID = "7d76a71c-ae4c-48bd-8b1e-19387da4dc66";

function lines(columns: TableColumn[], style?: TableStyle): string[] {
  return [...formatTable(columns, style).lines];
}

Deno.test("formatTable() aligns text left and numbers right", () => {
  assert.deepEqual(
    lines([
      { title: "name", cells: ["a", "bcdefg"] },
      { title: "size", cells: ["1", "12345"], isNumeric: true },
      { title: "x", cells: ["", "y"] },
    ]),
    ["name     size  x", "a           1", "bcdefg  12345  y"],
  );
});

Deno.test("formatTable() aligns wide characters by the columns they take", () => {
  assert.deepEqual(
    lines([
      { title: "n", cells: ["漢字", "ab", "e\u0301"] },
      { title: "m", cells: ["1", "2", "3"] },
    ]),
    ["n     m", "漢字  1", "ab    2", "e\u0301     3"],
  );
});

Deno.test("formatTable() shows control characters escaped, in titles too", () => {
  assert.deepEqual(
    lines([{ title: "a\x1b[1m", cells: ["x\ny", "\u202e"] }]),
    ["a\\u{1b}[1m", "x\\u{a}y", "\\u{202e}"],
  );
});

Deno.test("formatTable() is nothing without columns", () => {
  assert.deepEqual(lines([]), []);
  assert.deepEqual(lines([], { width: 10, isHeaderBold: true }), []);
});

Deno.test("formatTable() makes the header bold when asked to", () => {
  assert.deepEqual(
    lines([{ title: "a", cells: ["b"] }], { isHeaderBold: true }),
    ["\x1b[1ma\x1b[0m", "b"],
  );
});

/** A table like the files of a bundle. */
const FILES: TableColumn[] = [
  { title: "type", cells: ["application/json; dcp-type=metadata"] },
  { title: "crc32c", cells: ["ee2b9dad"], isSecondary: true },
  { title: "name", cells: ["cell_suspension_0.json"] },
  { title: "sha1", cells: ["0".repeat(40)], isSecondary: true },
  { title: "size", cells: ["782"], isNumeric: true },
  { title: "uuid", cells: [UUID], isKeptWhole: true },
];

Deno.test("formatTable() leaves nothing out when the width suffices", () => {
  const whole = 35 + 8 + 22 + 40 + 4 + 36 + 5 * 2;
  const { lines, omitted } = formatTable(FILES, { width: whole });
  assert.deepEqual(omitted, []);
  assert.deepEqual([...lines].map(displayWidth), [whole - 32, whole]);
});

Deno.test("formatTable() leaves out secondary columns, then cuts text, identifiers last", () => {
  const { lines, omitted } = formatTable(FILES, { width: 87 });
  assert.deepEqual(omitted, ["crc32c", "sha1"]);
  assert.deepEqual([...lines], [
    `type                   name                  size  uuid`,
    `application/json; dc…  cell_suspension_0.j…   782  ${UUID}`,
  ]);
  const narrow = formatTable(FILES, { width: 50 });
  assert.deepEqual([...narrow.lines], [
    // 50 less the gaps and the size leaves 40 for three columns.
    `type            name           size  uuid`,
    `application/j…  cell_suspens…   782  7d76a71c-ae4…`,
  ]);
});

Deno.test("formatTable() never exceeds the width, whatever it is", () => {
  for (let width = 1; width <= 170; width++) {
    for (const line of lines(FILES, { width })) {
      assert.ok(displayWidth(line) <= width, `${width}: ${line}`);
    }
  }
});

Deno.test("formatTable() leaves out the last columns when there is hardly any room", () => {
  const columns = ["a", "b", "c"].map((title) => ({
    title,
    cells: ["0123456789"],
  }));
  const { lines, omitted } = formatTable(columns, { width: 15 });
  assert.deepEqual(omitted, ["c"]);
  assert.deepEqual([...lines], ["a        b", "012345…  01234…"]);
});

Deno.test("formatTable() does not count an empty column as left out", () => {
  const { omitted } = formatTable([
    { title: "a", cells: ["0123456789"] },
    { title: "score", cells: [""], isSecondary: true },
  ], { width: 12 });
  assert.deepEqual(omitted, []);
});
