import { quote, UsageError } from "../base/mod.ts";

// Names that mean something else than a key to careless code.
const REFUSED = ["__proto__", "constructor", "prototype"];

/**
 * The keys that a dotted name leads through: `DSSClient.swagger_url`. A
 * backslash before a dot or a backslash makes it part of the key.
 *
 * @throws {UsageError} for an empty part, or a name such as `__proto__`
 */
export function parseConfigKey(text: string): string[] {
  const keys = [""];
  for (const [piece] of text.matchAll(/\\[\\.]|\.|[^\\.]+|\\/g)) {
    if (piece === ".") keys.push("");
    else {
      const plain = /^\\[\\.]$/.test(piece) ? piece.slice(1) : piece;
      keys.push(`${keys.pop() ?? ""}${plain}`);
    }
  }
  const empty = keys.includes("");
  if (empty) throw new UsageError(`KEY ${quote(text)} has an empty part`);
  checkConfigKeys(keys);
  return keys;
}

/** The dotted name of a path of keys; see {@linkcode parseConfigKey}. */
export function formatConfigKey(keys: readonly string[]): string {
  return keys.map((key) => key.replace(/[\\.]/g, "\\$&")).join(".");
}

/**
 * Refuses keys that name a part of every JavaScript object.
 *
 * @throws {UsageError} naming the key
 */
export function checkConfigKeys(keys: readonly string[]): void {
  const refused = keys.find((key) => REFUSED.includes(key));
  if (refused === undefined) return;
  throw new UsageError(`${quote(refused)} cannot be a configuration key`);
}
