import assert from "node:assert/strict";
import { RefusedError } from "../../src/base/mod.ts";
import { formatRow, readTable } from "../../src/services/tab_separated.ts";
import { seeded } from "../support/seeded.ts";

type Rows = [string[], ...[number, ...string[]][]];

/** Cuts bytes at random; every chunk is spoilt when the next one is asked. */
async function* cut(
  bytes: Uint8Array,
  lengthOf: () => number,
): AsyncGenerator<Uint8Array, void, void> {
  for (let at = 0; at < bytes.length;) {
    const chunk = bytes.slice(at, at + lengthOf());
    yield chunk;
    at += chunk.length;
    chunk.fill(0);
  }
}

function encode(text: string | Uint8Array): Uint8Array {
  return typeof text === "string" ? new TextEncoder().encode(text) : text;
}

/** The columns, and of each row its line and its cells. */
async function parse(
  text: string | Uint8Array,
  lengthOf = () => 1 << 20,
): Promise<Rows> {
  const found: Rows = [[]];
  for await (
    const { columns, rows } of readTable(cut(encode(text), lengthOf), "m.tsv")
  ) {
    found[0] = [...columns];
    for (const { line, cells } of rows) found.push([line, ...cells]);
  }
  return found;
}

const SIZES = [1, 2, 3, 7, 1 << 20];

async function reads(text: string | Uint8Array, expected: Rows): Promise<void> {
  for (const size of SIZES) {
    assert.deepEqual(await parse(text, () => size), expected, `cut at ${size}`);
  }
}

async function refuses(
  text: string | Uint8Array,
  message: string,
  sizes = SIZES,
): Promise<void> {
  for (const size of sizes) {
    await assert.rejects(parse(text, () => size), (error) => {
      assert.ok(error instanceof RefusedError, String(error));
      assert.equal(error.message, message);
      return true;
    });
  }
}

Deno.test("readTable takes every line end, with and without the last one", async () => {
  for (const end of ["\n", "\r\n", "\r"]) {
    const text = ["a\tb", "1\t2", "3\t4"].join(end);
    const expected: Rows = [["a", "b"], [2, "1", "2"], [3, "3", "4"]];
    await reads(text, expected);
    await reads(text + end, expected);
  }
  await reads("a\tb\r\n1\t2\n3\t4\r5\t6", [
    ["a", "b"],
    [2, "1", "2"],
    [3, "3", "4"],
    [4, "5", "6"],
  ]);
});

Deno.test("readTable drops a byte order mark, and only at the start", async () => {
  await reads("\ufeffa\tb\n\ufeff1\t2", [["a", "b"], [2, "\ufeff1", "2"]]);
  await reads('\ufeff"a"\tb\n', [["a", "b"]]);
});

Deno.test("readTable skips blank lines, before the header too, and counts them", async () => {
  await reads("\n\r\na\tb\n\n1\t2\n\n\n3\t4\n\n", [
    ["a", "b"],
    [5, "1", "2"],
    [8, "3", "4"],
  ]);
});

Deno.test("readTable takes a line of tabs for a row, and rows of any length", async () => {
  await reads("a\tb\tc\n\t\t\nx\t\t\n\t\ty\n1\n1\t2\t3\t", [
    ["a", "b", "c"],
    [2, "", "", ""],
    [3, "x", "", ""],
    [4, "", "", "y"],
    [5, "1"],
    [6, "1", "2", "3", ""],
  ]);
});

Deno.test("readTable reads quoted cells with quotes, tabs and line ends inside", async () => {
  await reads(
    'a\t"b\tc"\n"x ""y"" z"\t"1\n2\r\n\r3"\nnext\t""\n""""\t"\t"',
    [
      ["a", "b\tc"],
      [2, 'x "y" z', "1\n2\r\n\r3"],
      [6, "next", ""],
      [7, '"', "\t"],
    ],
  );
});

Deno.test("readTable takes a quote inside a cell for itself", async () => {
  await reads('a\tb\n5" x\tc"d"', [["a", "b"], [2, '5" x', 'c"d"']]);
});

Deno.test("readTable refuses a quote that does not end its cell, with its line", async () => {
  const why = (line: number) =>
    `m.tsv has a bad quote in line ${line}: a cell that begins with one ` +
    "must end with one";
  await refuses('a\tb\n1\t"2\n3\t4\n', why(2));
  await refuses('a\tb\n"1\n1"\t2\n"x"y\t4\n', why(4));
  await refuses('"', why(1));
  await refuses('a\tb\n\n"1" \t2', why(3));
});

Deno.test("readTable refuses an empty text and a column that comes twice", async () => {
  for (const text of ["", "\ufeff", "\n\r\n"]) {
    await refuses(text, "m.tsv is empty");
  }
  await refuses("a\tb\ta\n", "m.tsv has the column 'a' twice");
  await refuses(
    "a\u001b\ta\u001b\n",
    "m.tsv has the column 'a\\u{1b}' twice",
  );
});

Deno.test("readTable refuses NUL and what is not UTF-8, with the line", async () => {
  await refuses("a\tb\n1\t2\nx\0\t2\n", "m.tsv has a NUL character in line 3");
  await refuses(
    'a\tb\n"1\n1"\t"2\n\0',
    "m.tsv has a NUL character in line 4",
  );
  const bad = new Uint8Array([
    ...encode("a\tb\r\né\t2\n\n1\t"),
    0xc3,
    ...encode("\n3\t4\n"),
  ]);
  await refuses(bad, "m.tsv is not text in UTF-8 in line 4");
  await refuses(
    new Uint8Array([0xff, 0xfe, 0x61, 0x00]),
    "m.tsv is not text in UTF-8 in line 1",
  );
  // Cut short in the middle of a character.
  await refuses(
    encode("a\tb\n1\té").subarray(0, -1),
    "m.tsv is not text in UTF-8 in line 2",
  );
  await refuses(
    new Uint8Array([...encode('a\tb\n1\t"x\ny\n'), 0x80]),
    "m.tsv is not text in UTF-8 in line 4",
  );
});

Deno.test("readTable takes a row of a Mi characters and refuses a longer one", async () => {
  const long = "x".repeat((1 << 20) - 3);
  const sizes = [10_000, 1 << 17, 1 << 23];
  for (const size of sizes) {
    const [, row] = await parse(`a\tb\n1\t${long}\n`, () => size);
    assert.equal(row?.[2], long);
  }
  const why = (line: number) =>
    `m.tsv has a row of more than 1048576 characters in line ${line}`;
  await refuses(`a\tb\n1\tx${long}\n`, why(2), sizes);
  await refuses(`${long}xxxx`, why(1), sizes);
  const quoted = "x\n".repeat(1 << 19);
  await refuses(`a\tb\n1\t"${quoted}"\n`, why(2), sizes);
  await refuses(`a\tb\n\n1\t"${quoted}`, why(3), sizes);
});

Deno.test("readTable leaves a row without an end after some megabytes", async () => {
  const open = 'a\tb\n1\t"';
  const cases: [string, string, number][] = [
    ["", "x", 1],
    [open, "x", 2],
    [open, "x\n", 2],
    [open, '""\n', 2],
  ];
  for (const [start, pattern, line] of cases) {
    let given = 0;
    const endless = async function* () {
      yield encode(start);
      for (; given < 16 << 20; given += 1 << 16) {
        yield encode(pattern.repeat((1 << 16) / pattern.length));
      }
    };
    await assert.rejects(Array.fromAsync(readTable(endless(), "m.tsv")), {
      name: "RefusedError",
      message:
        `m.tsv has a row of more than 1048576 characters in line ${line}`,
    });
    assert.ok(given <= 4 << 20, `${given} bytes were read`);
  }
});

Deno.test("readTable takes any number of lines whose CR are at the ends of chunks", async () => {
  const cell = "x".repeat(1 << 16);
  const rows = Array.from({ length: 80 }, () => `1\t${cell}\r`);
  const lengths = [4];
  const [, ...found] = await parse(
    `a\tb\r${rows.join("")}`,
    () => lengths.pop() ?? cell.length + 3,
  );
  assert.equal(found.length, 80);
});

Deno.test("readTable takes names of the prototype for plain columns", async () => {
  await reads("__proto__\tconstructor\n1\t2\n", [
    ["__proto__", "constructor"],
    [2, "1", "2"],
  ]);
});

Deno.test("formatRow quotes only what needs it and ends with a line feed", () => {
  assert.equal(formatRow(["a", "b\tc", ""]), 'a\t"b\tc"\t\n');
  assert.equal(
    formatRow(["x y, z", 'q"r', "1\r\n2"]),
    'x y, z\t"q""r"\t"1\r\n2"\n',
  );
});

/** Reads a table character by character; text that is well-formed only. */
function parseSimply(text: string): Rows {
  const rows: [number, ...string[]][] = [];
  let row: [number, ...string[]] = [1, ""];
  let line = 1;
  let isQuoted = false;
  const characters = [...text.replace(/^\ufeff/, "")];
  const add = (character: string) => void (row[row.length - 1] += character);
  const endRow = () => {
    line++;
    if (row.length > 2 || row[1] !== "") rows.push(row);
    row = [line, ""];
  };
  for (let at = 0; at < characters.length; at++) {
    const character = characters[at] ?? "";
    const isEnd = character === "\n" ||
      character === "\r" && characters[at + 1] !== "\n";
    if (isQuoted) {
      if (character === '"' && characters[at + 1] === '"') {
        add(character);
        at++;
      } else if (character === '"') isQuoted = false;
      else {
        add(character);
        if (isEnd) line++;
      }
    } else if (character === '"' && row.at(-1) === "") isQuoted = true;
    else if (character === "\t") row.push("");
    else if (isEnd) endRow();
    else if (character !== "\r") add(character);
  }
  endRow();
  const [[, ...columns] = [0], ...others] = rows;
  return [columns, ...others];
}

const PIECES = [
  ...["a", "bc", " ", ",", "é", "😀", "\ufeff", "0", "x".repeat(20)],
];
const ENDS = ["\n", "\r\n", "\r", "\n\n", "\r\n\r\n", "\r\r"];

Deno.test("readTable reads 2,000 random tables as a simple parser does, cut anywhere", async () => {
  const random = seeded(20260823);
  const below = (limit: number) => Math.floor(random() * limit);
  const pick = (from: string[]) => from[below(from.length)] ?? "";
  const plain = () => Array.from({ length: below(4) }, () => pick(PIECES));
  const cell = () => {
    if (below(4) > 0) return plain().join(below(9) === 0 ? '"' : "");
    const inside = [
      ...plain(),
      ...plain().map(() => pick(['""', "\t", ...ENDS])),
    ];
    return `"${inside.sort(() => random() - 0.5).join("")}"`;
  };
  let compared = 0;
  for (let round = 0; round < 2000; round++) {
    const width = 2 + below(4);
    const header = Array.from({ length: width }, (_, at) => `c${at}`);
    const rows = Array.from(
      { length: below(8) },
      () => Array.from({ length: below(6) === 0 ? 1 + below(7) : width }, cell),
    );
    const text = `${below(3) === 0 ? "\ufeff" : ""}${
      [header, ...rows].map((cells) => cells.join("\t") + pick(ENDS)).join("")
    }`.slice(0, below(2) === 0 ? undefined : -1);
    // A plain cell may begin with a quote by chance, which is refused.
    if (/(^|[\t\r\n])"(?:[^"]|"")*"?[^"\t\r\n]/.test(text)) {
      const isBad = await parse(text, () => 1 + below(9)).then(
        () => false,
        (error) => /bad quote/.test(error.message),
      );
      if (isBad) continue;
    }
    const expected = parseSimply(text);
    const found = await parse(text, () => 1 + below(9));
    assert.deepEqual(found, expected, `${round}: ${JSON.stringify(text)}`);
    compared++;
  }
  assert.ok(compared > 1500, `${compared} tables were compared`);
});

Deno.test("readTable gives back what formatRow wrote, for 500 random tables", async () => {
  const random = seeded(42);
  const below = (limit: number) => Math.floor(random() * limit);
  const alphabet = [...'ab"\t\n\r ,é😀\ufeff'];
  const cell = () =>
    Array.from({ length: below(5) }, () => alphabet[below(alphabet.length)])
      .join("");
  for (let round = 0; round < 500; round++) {
    const width = 2 + below(4);
    const columns = Array.from({ length: width }, (_, at) => `c${at}${cell()}`);
    const rows = Array.from(
      { length: below(6) },
      () => Array.from({ length: width }, cell),
    );
    const text = [columns, ...rows].map(formatRow).join("");
    const [header, ...found] = await parse(text, () => 1 + below(20));
    assert.deepEqual(header, columns, JSON.stringify(text));
    assert.deepEqual(
      found.map(([, ...cells]) => cells),
      rows,
      JSON.stringify(text),
    );
  }
});
