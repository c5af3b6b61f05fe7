import assert from "node:assert/strict";
import { definitions, wrap } from "../../src/terminal/mod.ts";

const TEXT = "Downloads a bundle into a directory of its own, every file " +
  "verified, and links each of them from the store of contents.";

const longest = (text: string) =>
  Math.max(...text.split("\n").map((line) => line.length));

Deno.test("wrap breaks text at its spaces at widths 20, 40, 80 and 200", () => {
  assert.equal(
    wrap(TEXT, 20),
    [
      "Downloads a bundle",
      "into a directory of",
      "its own, every file",
      "verified, and links",
      "each of them from",
      "the store of",
      "contents.",
    ].join("\n"),
  );
  assert.equal(
    wrap(TEXT, 40),
    [
      "Downloads a bundle into a directory of",
      "its own, every file verified, and links",
      "each of them from the store of contents.",
    ].join("\n"),
  );
  assert.equal(
    wrap(TEXT, 80),
    [
      "Downloads a bundle into a directory of its own, every file verified, and links",
      "each of them from the store of contents.",
    ].join("\n"),
  );
  assert.equal(wrap(TEXT, 200), TEXT);
});

Deno.test("wrap counts the indent into the width", () => {
  assert.equal(
    wrap("one two three four", 12, 4),
    "    one two\n    three\n    four",
  );
  for (const width of [20, 40, 80, 200]) {
    const lines = wrap(TEXT, width, 6).split("\n");
    assert.ok(lines.every((line) => /^ {6}\S/.test(line)));
    assert.ok(longest(lines.join("\n")) <= width);
    assert.equal(lines.map((line) => line.trim()).join(" "), TEXT);
  }
});

Deno.test("wrap keeps line breaks and leaves no spaces at line ends", () => {
  assert.equal(
    wrap("one\n\n  two   three \nfour", 40, 2),
    "  one\n\n  two three\n  four",
  );
  assert.equal(wrap("", 40, 2), "");
});

Deno.test("wrap gives a word that is too long a line of its own", () => {
  assert.equal(
    wrap("see https://data.example.org/a/very/long/address now", 20),
    "see\nhttps://data.example.org/a/very/long/address\nnow",
  );
});

const ENTRIES = [
  ["--uuid UUID", "The bundle's uuid."],
  ["--metadata-filter PATTERN", "Only metadata files with such names."],
  ["--no-data", ""],
] as const;

Deno.test("definitions sets two columns at widths 80 and 200", () => {
  const wide = [
    "  --uuid UUID                The bundle's uuid.",
    "  --metadata-filter PATTERN  Only metadata files with such names.",
    "  --no-data",
  ].join("\n");
  assert.equal(definitions(ENTRIES, 80), wide);
  assert.equal(definitions(ENTRIES, 200), wide);
});

Deno.test("definitions wraps the second column", () => {
  assert.equal(
    definitions(ENTRIES, 50),
    [
      "  --uuid UUID                The bundle's uuid.",
      "  --metadata-filter PATTERN  Only metadata files",
      "                             with such names.",
      "  --no-data",
    ].join("\n"),
  );
});

Deno.test("definitions puts the meaning below where there is little room", () => {
  assert.equal(
    definitions(ENTRIES, 40),
    [
      "  --uuid UUID",
      "    The bundle's uuid.",
      "  --metadata-filter PATTERN",
      "    Only metadata files with such names.",
      "  --no-data",
    ].join("\n"),
  );
  assert.equal(
    definitions([["get-file", "Prints the bytes of a file."]], 20),
    "  get-file\n    Prints the bytes\n    of a file.",
  );
});

Deno.test("definitions puts the meaning below a term that is too long", () => {
  const term = "--a-term-of-more-than-26-characters";
  assert.equal(
    definitions([["-h", "Help."], [term, "Something."]], 80),
    `  -h${" ".repeat(26)}Help.\n  ${term}\n${" ".repeat(30)}Something.`,
  );
});

Deno.test("definitions of nothing is nothing", () => {
  assert.equal(definitions([], 80), "");
});
