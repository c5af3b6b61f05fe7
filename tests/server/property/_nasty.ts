import type { Draw } from "./_draw.ts";

/** Texts that programs have stumbled over. */
export const NASTY_TEXTS: readonly [string, ...string[]] = [
  "",
  " ",
  "null",
  "undefined",
  "__proto__",
  "constructor",
  "0",
  "-1",
  "1.0",
  "1e3",
  "+10",
  "99999999999999999999",
  "-9223372036854775809",
  "NaN",
  "true",
  "TRUE",
  "aws",
  "AWS",
  "../../etc/passwd",
  "%2e%2e%2f",
  "a/b",
  "'; DROP TABLE bundles; --",
  '"\\',
  "100%",
  "_",
  "*",
  "a?b#c",
  "new\nline",
  "tab\tand\r\nmore",
  "\u0001\u001f\u007f",
  "nul\0byte",
  "é\u0301 ß İ ǅ",
  "雪だるま☃",
  "👩‍🔬🧬",
  "\u202ertl\u2066",
  "\ufeffbom",
  "\uffff",
  "2019-02-30T000000.000000Z",
  "2019-02-21T18:40:00.899031Z",
  "0001-01-01T000000.000000Z",
  "9999-12-31T235959.999999Z",
  "bundles/x.y",
  "x,y",
  ",",
  "AAAAAAAA-BBBB-CCCC-DDDD-EEEEEEEEEEEE",
  "zzzzzzzz-zzzz-zzzz-zzzz-zzzzzzzzzzzz and more",
  "https://user:secret@example.org:99999/x",
  "http://[::1",
  "file:///etc/passwd",
  "s3://bucket",
  "gs://bucket/key",
  "a@b",
  "(".repeat(50),
];

/** A text that is seldom meant; sometimes a long one. */
export function nastyText(draw: Draw): string {
  return draw.chance(0.05)
    ? draw.pick(["x", "é", "👩‍🔬", "a-", "../"]).repeat(3000)
    : draw.pick(NASTY_TEXTS);
}

/** Any JSON value. */
export function anyJson(draw: Draw, depth = 0): unknown {
  const kind = draw.below(depth > 3 ? 5 : 7);
  if (kind === 0) return null;
  if (kind === 1) return draw.chance(0.5);
  if (kind === 2) return draw.pick([0, -1, 10, 1.5, 1e21, -0, 5e-324]);
  if (kind < 5) return nastyText(draw);
  const length = draw.below(4);
  if (kind === 5) {
    return Array.from({ length }, () => anyJson(draw, depth + 1));
  }
  const entries = Array.from(
    { length },
    () => [nastyText(draw), anyJson(draw, depth + 1)],
  );
  return Object.fromEntries(entries);
}

/** JSON that is nested very deeply. */
export function deepJson(draw: Draw): string {
  const depth = draw.pick([100, 2000, 20_000, 200_000]);
  return draw.chance(0.5)
    ? "[".repeat(depth) + "]".repeat(depth)
    : '{"bool":{"must":'.repeat(depth) + "1" + "}}".repeat(depth);
}
