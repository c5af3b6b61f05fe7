import assert from "node:assert/strict";
import { RefusedError } from "../../src/base/mod.ts";
import { formatTable, parseTable } from "../../src/services/mod.ts";

/** The cells of each row in the order of the columns, and its line. */
function parse(text: string): [string[], ...[number, ...string[]][]] {
  const { columns, rows } = parseTable(text, "m.tsv");
  return [
    columns,
    ...rows.map(({ line, cells }): [number, ...string[]] => [
      line,
      ...columns.map((name) => cells[name] ?? "missing"),
    ]),
  ];
}

function refuses(text: string, message: string): void {
  assert.throws(
    () => parseTable(text, "m.tsv"),
    (error) => {
      assert.ok(error instanceof RefusedError, String(error));
      assert.equal(error.message, message);
      return true;
    },
  );
}

Deno.test("parseTable takes every line end, with and without the last one", () => {
  for (const end of ["\n", "\r\n", "\r"]) {
    const text = ["a\tb", "1\t2", "3\t4"].join(end);
    const expected = [["a", "b"], [2, "1", "2"], [3, "3", "4"]];
    assert.deepEqual(parse(text), expected);
    assert.deepEqual(parse(text + end), expected);
  }
  assert.deepEqual(parse("a\tb\r\n1\t2\n3\t4\r5\t6"), [
    ["a", "b"],
    [2, "1", "2"],
    [3, "3", "4"],
    [4, "5", "6"],
  ]);
});

Deno.test("parseTable drops a byte order mark, and only at the start", () => {
  assert.deepEqual(parse("\ufeffa\tb\n\ufeff1\t2"), [
    ["a", "b"],
    [2, "\ufeff1", "2"],
  ]);
  assert.deepEqual(parse('\ufeff"a"\tb\n1\t2')[0], ["a", "b"]);
});

Deno.test("parseTable skips blank lines, before the header too, and counts them", () => {
  assert.deepEqual(parse("\n\r\na\tb\n\n1\t2\n\n\n3\t4\n\n"), [
    ["a", "b"],
    [5, "1", "2"],
    [8, "3", "4"],
  ]);
});

Deno.test("parseTable takes a line of tabs for a row", () => {
  assert.deepEqual(parse("a\tb\tc\n\t\t\nx\t\t\n\t\ty"), [
    ["a", "b", "c"],
    [2, "", "", ""],
    [3, "x", "", ""],
    [4, "", "", "y"],
  ]);
});

Deno.test("parseTable reads quoted cells with quotes, tabs and line ends inside", () => {
  assert.deepEqual(
    parse('a\t"b\tc"\n"x ""y"" z"\t"1\n2\r\n3"\nnext\t""\n""""\t"\t"'),
    [
      ["a", "b\tc"],
      [2, 'x "y" z', "1\n2\r\n3"],
      [5, "next", ""],
      [6, '"', "\t"],
    ],
  );
});

Deno.test("parseTable takes a quote inside a cell for itself", () => {
  assert.deepEqual(parse('a\tb\n5" x\tc"d"'), [
    ["a", "b"],
    [2, '5" x', 'c"d"'],
  ]);
});

Deno.test("parseTable refuses a quote that does not end its cell, with its line", () => {
  const why = (line: number) =>
    `m.tsv has a bad quote in line ${line}: a cell that begins with one ` +
    "must end with one";
  refuses('a\tb\n1\t"2\n3\t4\n', why(2));
  refuses('a\tb\n"1\n1"\t2\n"x"y\t4\n', why(4));
  refuses('"', why(1));
  refuses('a\tb\n\n"1" \t2', why(3));
});

Deno.test("parseTable refuses rows that do not fit the header, with their lines", () => {
  refuses(
    'a\tb\n1\n1\t2\n"x\ny"\t2\t3\n\n1\t2\t',
    "m.tsv has 2 columns, but line 2 has 1 cells, line 4 has 3 cells, " +
      "line 7 has 3 cells",
  );
});

Deno.test("parseTable names ten of many ragged rows", () => {
  const text = `a\tb\n${"1\n".repeat(500)}`;
  assert.throws(() => parseTable(text, "m.tsv"), (error) => {
    assert.ok(error instanceof RefusedError);
    assert.equal(error.message.match(/line \d+/g)?.length, 10);
    return true;
  });
});

Deno.test("parseTable refuses an empty text and a column that comes twice", () => {
  for (const text of ["", "\ufeff", "\n\r\n"]) refuses(text, "m.tsv is empty");
  refuses("a\tb\ta\n", "m.tsv has the column 'a' twice");
  refuses("a\u001b\ta\u001b\n", "m.tsv has the column 'a\\u{1b}' twice");
});

Deno.test("parseTable has no rows when there is only a header", () => {
  assert.deepEqual(parse("a\tb\n"), [["a", "b"]]);
});

Deno.test("parseTable takes names of the prototype for plain columns", () => {
  const { rows } = parseTable("__proto__\tconstructor\n1\t2\n", "m.tsv");
  assert.deepEqual(Object.entries(rows[0]?.cells ?? {}), [
    ["__proto__", "1"],
    ["constructor", "2"],
  ]);
});

Deno.test("formatTable quotes only what needs it and ends lines with a line feed", () => {
  assert.equal(
    formatTable(["a", "b\tc"], [
      { "a": "x y, z", "b\tc": 'q"r' },
      { "a": "1\r\n2", "b\tc": "" },
      { "a": "only" },
    ]),
    'a\t"b\tc"\nx y, z\t"q""r"\n"1\r\n2"\t\nonly\t\n',
  );
});

Deno.test("parseTable gives back what formatTable wrote, for 500 random tables", () => {
  const alphabet = [
    "a",
    "b",
    '"',
    "\t",
    "\n",
    "\r",
    " ",
    ",",
    "é",
    "😀",
    "\ufeff",
  ];
  let state = 42;
  const below = (limit: number) => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return Math.floor(state / 2 ** 31 * limit);
  };
  const cell = () =>
    Array.from({ length: below(5) }, () => alphabet[below(alphabet.length)])
      .join("");
  for (let round = 0; round < 500; round++) {
    const columns = Array.from(
      { length: 2 + below(4) },
      (_, at) => `c${at}${cell()}`,
    );
    const rows = Array.from(
      { length: below(6) },
      () => Object.fromEntries(columns.map((name) => [name, cell()])),
    );
    const text = formatTable(columns, rows);
    const table = parseTable(text, "m.tsv");
    assert.deepEqual(table.columns, columns, JSON.stringify(text));
    assert.deepEqual(
      table.rows.map(({ cells }) => cells),
      rows,
      JSON.stringify(text),
    );
  }
});

Deno.test("parseTable takes 100,000 rows", () => {
  const rows = Array.from(
    { length: 100_000 },
    (_, at) =>
      ["bundle", at, `file_${at}.fastq.gz`, `"a ""quoted"" ${at}"`].join("\t"),
  );
  const table = parseTable(`a\tb\tc\td\n${rows.join("\n")}\n`, "m.tsv");
  assert.equal(table.rows.length, 100_000);
  assert.deepEqual(table.rows.at(-1), {
    line: 100_001,
    cells: {
      a: "bundle",
      b: "99999",
      c: "file_99999.fastq.gz",
      d: 'a "quoted" 99999',
    },
  });
});

Deno.test("parseTable takes a cell of many megabytes, and a quote that never ends", () => {
  const long = 'x""'.repeat(8_000_000);
  const { rows } = parseTable(`a\tb\n1\t"${long}"\n`, "m.tsv");
  assert.equal(rows[0]?.cells.b?.length, 16_000_000);
  assert.throws(
    () => parseTable(`a\tb\n1\t"${long}\n`, "m.tsv"),
    /bad quote in line 2/,
  );
});
