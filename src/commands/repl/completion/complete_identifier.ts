import {
  type CompletionCandidate,
  formatReference,
} from "../../../terminal/mod.ts";
import type { IdentifierWish } from "./identifier_wish.ts";
import type { SeenIdentifier } from "./known_identifiers.ts";

/** How many identifiers are offered: more than a screen helps nobody. */
export const IDENTIFIER_LIMIT = 100;

/**
 * The identifiers that fit a wish, each once, in the order of those that are
 * known. When there are too many, the first ones, and what all of them begin
 * with stays what these begin with.
 *
 * @param numbers what `$1` … stand for, by the text of it
 */
export function completeIdentifier(
  wish: IdentifierWish,
  known: Iterable<SeenIdentifier>,
  numbers: ReadonlyMap<string, number>,
): CompletionCandidate[] {
  const { text, prefix } = wish;
  const offered = new Map<string, SeenIdentifier>();
  let first: string | undefined;
  // How much of the first one all of them have.
  let common = Infinity;
  for (const identifier of known) {
    const value = valueOf(identifier, wish);
    if (!value?.startsWith(text) || offered.has(value)) continue;
    first ??= value;
    const isFull = offered.size >= IDENTIFIER_LIMIT;
    // None of the others can have less of it than what is written.
    if (isFull && common <= text.length) break;
    const shared = sharedLength(first, value);
    if (isFull && shared >= common) continue;
    common = Math.min(common, shared);
    if (isFull) offered.delete([...offered.keys()].at(-1) ?? "");
    offered.set(value, identifier);
  }
  return [...offered].map(([value, identifier]) => ({
    value: `${prefix}${value}`,
    description: describe(identifier, wish, numbers),
    label: value,
  }));
}

function valueOf(
  identifier: SeenIdentifier,
  { form, uuid }: IdentifierWish,
): string | undefined {
  if (form === "uuid") return identifier.uuid;
  if (form === "fqid") return formatReference(identifier);
  const isOfIt = identifier.uuid === uuid && identifier.version !== "";
  return isOfIt ? identifier.version : undefined;
}

/** Which version, which item of the last answer, and where it was seen. */
function describe(
  identifier: SeenIdentifier,
  { form }: IdentifierWish,
  numbers: ReadonlyMap<string, number>,
): string {
  const { version, where, kind } = identifier;
  const number = numbers.get(formatReference(identifier));
  return [
    ...(form === "uuid" && version !== "" ? [version] : []),
    ...(number === undefined ? [] : [`$${number}`]),
    kind === "other" ? "of unknown kind" : where,
  ].join(", ");
}

function sharedLength(a: string, b: string): number {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length++;
  return length;
}
