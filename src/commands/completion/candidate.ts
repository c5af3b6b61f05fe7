import { isPrintable, printable } from "../../base/mod.ts";

/** A word that may stand where the cursor is. */
export interface Candidate {
  /** The whole word, as `--replica` or `--replica=aws`. */
  value: string;
  /** What it is about; shells that can show it beside the word do. */
  description: string;
}

/** What a shell may offer: words, or paths, which it finds itself. */
export type Completion =
  | { kind: "words"; candidates: readonly Candidate[] }
  | {
    kind: "path" | "directory";
    /** The start of the word that does not belong to the path. */
    prefix: string;
  };

/** Nothing fits. */
export const NOTHING: Completion = { kind: "words", candidates: [] };

const DESCRIPTION_LIMIT = 80;

/**
 * A completion as the scripts read it: one line `word<TAB>description` for
 * each word, or the single line `:path<TAB>prefix` (`:directory<TAB>prefix`).
 * Words that would not survive a line of text are left out: they may come
 * from a service.
 */
export function formatCompletion(completion: Completion): string {
  if (completion.kind !== "words") {
    return `:${completion.kind}\t${completion.prefix}\n`;
  }
  return completion.candidates
    .filter(({ value }) => isPrintable(value))
    .map(({ value, description }) => `${value}\t${oneLine(description)}\n`)
    .join("");
}

/** The first line of a text, short enough to stand beside a word. */
export function oneLine(text: string): string {
  const line = printable(text.trim().split("\n", 1)[0] ?? "");
  const characters = [...line];
  return characters.length <= DESCRIPTION_LIMIT
    ? line
    : `${characters.slice(0, DESCRIPTION_LIMIT - 1).join("")}…`;
}
