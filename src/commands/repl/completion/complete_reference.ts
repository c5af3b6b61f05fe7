import {
  type CompletionCandidate,
  formatReference,
} from "../../../terminal/mod.ts";
import type { References } from "../references.ts";
import type { CursorWord } from "../statement/mod.ts";

// More than a screen of items helps nobody.
const LIMIT = 100;

/**
 * The `$1`, `$2` … and `$_` that may stand at the cursor, with what they
 * stand for.
 *
 * @returns undefined when there is no `$` there that means one of them
 */
export function completeReference(
  { text, word }: CursorWord,
  references: References,
): CompletionCandidate[] | undefined {
  const [part, ...others] = word?.parts ?? [];
  if (part === undefined || others.length > 0 || part.kind === "literal") {
    return undefined;
  }
  const [, before = "", brace, name] =
    /^((?:--?[\w-]+=)?)\$(\{?)(\d*|_)$/.exec(text) ?? [];
  if (brace === undefined || name === undefined) return undefined;
  const written = (of: string) =>
    `${before}$${brace}${of}${brace === "" ? "" : "}"}`;
  return [...items(references), ...shownLast(references)]
    .filter(([of]) => of.startsWith(name))
    .slice(0, LIMIT)
    .map(([of, description]) => ({
      value: written(of),
      description,
      // Quoted it would be a mere dollar sign.
      isVerbatim: true,
    }));
}

function* items(references: References): Generator<[string, string]> {
  for (let number = 1; number <= references.itemCount; number++) {
    const reference = references.reference(number);
    if (reference === undefined) continue;
    const kind = reference.kind === "other" ? "" : `${reference.kind} `;
    yield [String(number), `${kind}${formatReference(reference)}`];
  }
}

function shownLast({ last }: References): [string, string][] {
  return last === undefined ? [] : [["_", `shown last: ${last}`]];
}
