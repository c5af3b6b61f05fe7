import assert from "node:assert/strict";
import {
  formatJournal,
  type Journal,
  parseJournal,
} from "../../src/store/journal.ts";
import { seeded } from "../support/seeded.ts";

const CONTENT = { sha256: "ab".repeat(32), sizeBytes: 1_000 };
const JOURNAL: Journal = {
  ...CONTENT,
  etag: '"5d41402abc4b2a76b9719d911017c592"',
  ranges: [{ start: 0, end: 100 }, { start: 250, end: 1_000 }],
  owner: "boot:1:2:3",
  released: false,
};

/** Why a journal cannot be used; undefined when it can. */
function whyBad(text: string): string | undefined {
  let reason: string | undefined;
  const journal = parseJournal(text, CONTENT, (why) => reason = why);
  assert.equal(journal === undefined, reason !== undefined);
  return reason;
}

Deno.test("parseJournal gives back what formatJournal wrote", () => {
  const journals = [
    JOURNAL,
    { ...JOURNAL, etag: undefined, owner: undefined, released: true },
    { ...JOURNAL, ranges: [] },
  ];
  for (const journal of journals) {
    assert.deepEqual(parseJournal(formatJournal(journal), CONTENT), journal);
  }
});

Deno.test("formatJournal writes one line of JSON with the fields of version 1", () => {
  const text = formatJournal(JOURNAL);
  assert.match(text, /^[^\n]+\n$/);
  assert.deepEqual(JSON.parse(text), {
    version: 1,
    sha256: CONTENT.sha256,
    size: 1_000,
    etag: JOURNAL.etag,
    ranges: [[0, 100], [250, 1_000]],
    owner: "boot:1:2:3",
    released: false,
  });
});

Deno.test("parseJournal refuses what is not of this content or version", () => {
  const written = JSON.parse(formatJournal(JOURNAL));
  const changed: [object | unknown[] | null, RegExp][] = [
    [null, /not an object/],
    [[], /not an object/],
    [{ ...written, version: 2 }, /another version/],
    [{ ...written, version: "1" }, /another version/],
    [{ ...written, sha256: "cd".repeat(32) }, /another content/],
    [{ ...written, size: 999 }, /another content/],
    [{ ...written, size: "1000" }, /another content/],
    [{ ...written, etag: undefined }, /etag/],
    [{ ...written, etag: '"a\r\nx-injected: 1"' }, /etag/],
    [{ ...written, etag: "é" }, /etag/],
    [{ ...written, etag: "" }, /etag/],
    [{ ...written, etag: "x".repeat(1_001) }, /etag/],
    [{ ...written, ranges: undefined }, /no ranges/],
    [{ ...written, ranges: {} }, /no ranges/],
    [{ ...written, ranges: Array(100_001).fill([0, 1]) }, /no ranges/],
  ];
  for (const [json, reason] of changed) {
    assert.match(whyBad(JSON.stringify(json)) ?? "", reason);
  }
  assert.ok(whyBad("") !== undefined);
  assert.ok(whyBad("{") !== undefined);
});

Deno.test("parseJournal refuses ranges that make no sense", () => {
  const written = JSON.parse(formatJournal(JOURNAL));
  const bad: unknown[] = [
    [[0, 1_001]],
    [[-1, 10]],
    [[10, 10]],
    [[10, 9]],
    [[0, 10.5]],
    [["0", "10"]],
    [[0]],
    [0, 10],
    [null],
    [[0, 20], [10, 30]],
    [[50, 60], [0, 10]],
    [[0, 1e300]],
    [[0, null]],
  ];
  for (const ranges of bad) {
    const text = JSON.stringify({ ...written, ranges });
    assert.match(whyBad(text) ?? "", /make no sense/, text);
  }
});

Deno.test("parseJournal takes only true for released", () => {
  const written = JSON.parse(formatJournal(JOURNAL));
  for (const released of [undefined, null, 1, "true", {}]) {
    const text = JSON.stringify({ ...written, released });
    assert.equal(parseJournal(text, CONTENT)?.released, false);
  }
});

/** One change of a text: a byte flipped, cut off, doubled or put in. */
function mutate(text: string, random: () => number): string {
  const at = Math.floor(random() * text.length);
  const digits = '0123456789-.eE[]{},:"\\ntrue\u0000é';
  const other = digits[Math.floor(random() * digits.length)] ?? "";
  const rest = text.slice(at + 1);
  switch (Math.floor(random() * 5)) {
    case 0:
      return text.slice(0, at) + other + rest;
    case 1:
      return text.slice(0, at);
    case 2:
      return text.slice(0, at) + rest;
    case 3:
      return text.slice(0, at) + other + text.slice(at);
    default:
      return text.slice(0, at) + text.slice(Math.floor(random() * at));
  }
}

Deno.test("parseJournal survives any damage and never gives a range beyond the content", () => {
  const random = seeded(7);
  let usable = 0;
  for (let round = 0; round < 500; round++) {
    let text = formatJournal(JOURNAL);
    for (let count = 1 + random() * 4; count > 0; count--) {
      text = mutate(text, random);
    }
    const journal = parseJournal(text, CONTENT);
    if (journal === undefined) continue;
    usable++;
    assert.equal(journal.sha256, CONTENT.sha256);
    assert.equal(journal.sizeBytes, CONTENT.sizeBytes);
    let last = 0;
    for (const { start, end } of journal.ranges) {
      assert.ok(start >= last && end > start && end <= 1_000, text);
      assert.ok(Number.isSafeInteger(start) && Number.isSafeInteger(end), text);
      last = end;
    }
  }
  // Some change only a digit of a range: the test must see them too.
  assert.ok(usable > 5, `${usable}`);
});
