/**
 * Random things to type, the same for the same seed. Enter is only pressed
 * on a line of its own whose words are harmless, or cannot be any command.
 *
 * @module
 */

/** Draws numbers of at least 0 and below 1. */
export type Draw = () => number;

const ESC = "\x1b";

/**
 * What gets out of whatever was typed before, to an empty line: a paste, an
 * answer of the terminal, a pager, a search, a command that runs. The first
 * Ctrl-C may end half a sequence.
 */
export const TO_EMPTY_LINE = `${ESC}[201~\x07\x03\x03`;

const COMMANDS = [
  "help",
  "help download",
  "history --limit 3",
  "recent",
  "session",
  "jobs",
  "wait",
  "last",
  "examples",
  "clear",
  "use replica gcp",
  "use replica aws",
  "get-bundle $1",
  "get-bundle --uuid 1234",
  "post-search --es-query {}",
  "post-search --es-query {} &",
  "last --query results[0] > answer",
  "last | no-such-program",
  "download $1 --download-dir here",
  "!!",
  "$1",
];

const TEXT = [
  ..." abcdefgxyz0123456789-=._",
  ..."{}[]()'\"\\$!#;",
  ..."éßΩЖ日本語한글👩🏽‍🚀👨‍👩‍👧🇩🇪",
  "e\u0301",
  "\u200d",
  "\u202e",
  "שלום",
  "--",
  "get-",
  "post-search",
  "--replica ",
];

// No letters that words of commands are made of.
const GIBBERISH = [..."qxzQXZ0189{}[]()'\"\\$#;>& ", "日", "🇩🇪"];

const KEYS = [
  // Not Ctrl-D, which ends the session: on an empty line, and on any line
  // when it comes while a command runs, as the end of its input. Nor what
  // stops or ends a program then (Ctrl-Z, Ctrl-\), nor Enter.
  ..."\x00\x01\x02\x05\x06\x07\x08\x09\x09\x09\x0b\x0c\x0e\x0f\x10\x11\x12",
  ..."\x13\x14\x15\x16\x17\x18\x19\x1d\x1e\x1f\x7f\x7f\x7f",
  ...["A", "B", "C", "D", "H", "F", "Z", "1~", "3~", "5~", "6~", "15~"].map(
    (key) => `${ESC}[${key}`,
  ),
  ...["1;5C", "1;5D", "1;3C", "3;5~", "13;5u", "27;5;13~"].map(
    (key) => `${ESC}[${key}`,
  ),
  ...["b", "f", "d", "y", "<", ">", "\r", "\x7f", "\x1b", "]", "P", "O"].map(
    (key) => `${ESC}${key}`,
  ),
];

/** What terminals send by themselves, or a person never means. */
const STRANGE = [
  `${ESC}[?1;2c`,
  `${ESC}[24;80R`,
  `${ESC}[<0;10;5M`,
  `${ESC}[M !!`,
  `${ESC}[I${ESC}[O`,
  `${ESC}]11;rgb:0000/1111/2222\x07`,
  `${ESC}P1$r0m${ESC}\\`,
  ESC,
  `${ESC}[`,
  `${ESC}[200~`,
  `${ESC}[201~`,
  `${ESC}O`,
  "\x9b31m",
];

/** A sequence of keys, as a terminal sends them. */
export function randomKeys(draw: Draw): Uint8Array {
  const parts: Uint8Array[] = [];
  const count = 3 + Math.floor(draw() * 12);
  for (let at = 0; at < count; at++) {
    const kind = draw();
    if (kind < 0.45) parts.push(bytesOf(pick(draw, TEXT)));
    else if (kind < 0.8) parts.push(bytesOf(pick(draw, KEYS)));
    else if (kind < 0.86) parts.push(bytesOf(pick(draw, STRANGE)));
    else if (kind < 0.9) parts.push(bytesOf(randomPaste(draw)));
    else if (kind < 0.93) parts.push(randomBytes(draw));
    else parts.push(bytesOf(`${TO_EMPTY_LINE}${randomLine(draw)}\r`));
  }
  return new Uint8Array(parts.flatMap((part) => [...part]));
}

function randomLine(draw: Draw): string {
  if (draw() < 0.7) return pick(draw, COMMANDS);
  const length = 1 + Math.floor(draw() * 20);
  const text = Array.from({ length }, () => pick(draw, GIBBERISH)).join("");
  // A blank before it: not in the history, where `!` would find it.
  return ` ${text}`;
}

/** A paste of a few lines, with controls in it; some have no end. */
function randomPaste(draw: Draw): string {
  const length = Math.floor(draw() * 30);
  const text = Array.from(
    { length },
    () => pick(draw, [...TEXT, "\r", "\n", "\t", "\x03", "\x1b[A"]),
  );
  return `${ESC}[200~${text.join("")}${draw() < 0.8 ? `${ESC}[201~` : ""}`;
}

/** Bytes that are no UTF-8, above those of control characters. */
function randomBytes(draw: Draw): Uint8Array {
  const length = 1 + Math.floor(draw() * 6);
  return Uint8Array.from({ length }, () => 0x80 + Math.floor(draw() * 0x80));
}

function pick<T>(draw: Draw, from: readonly T[]): T {
  const item = from[Math.floor(draw() * from.length)];
  if (item === undefined) throw new RangeError("nothing to pick from");
  return item;
}

function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
