import { UsageError } from "../../../base/mod.ts";
import { tokenize } from "./tokenize.ts";
import type { Word } from "./word.ts";

/** What `$1`, `$2` … and `$_` stand for. */
export interface WordReferences {
  /** How many items the newest answer has. */
  readonly itemCount: number;
  /** What `$_` stands for; undefined for nothing yet. */
  readonly last: string | undefined;
  /** What `$number` stands for; undefined for nothing. */
  text(number: number): string | undefined;
}

/** What words are expanded from. */
export interface ExpansionSources {
  /** What `$1` and `$_` stand for. */
  references: WordReferences;
  /** The user's home; undefined leaves `~` as it is. */
  home: string | undefined;
}

const REFERENCE = /\$(?:(\d+|_(?!\w))|\{(\d+|_)\})/g;
// At the start of a word, or of the value of `--flag=`.
const TILDE = /^((?:--?[\w-]+=)?)~(?=\/|$)/;

/**
 * The text of a word: `$1`, `${1}`, `$_` and `${_}` replaced where they stand
 * in no quotes or in "…", and `~/` at its start by the home. What is put in
 * is not expanded again.
 *
 * @throws {UsageError} saying which references there are
 */
export function expandWord(word: Word, sources: ExpansionSources): string {
  const { references, home } = sources;
  return word.parts.map(({ text, kind }, index) => {
    if (kind === "literal") return text;
    const isStart = index === 0 && kind === "plain" && home !== undefined &&
      // A quote right behind it makes it a part of a name.
      (text.includes("/") || word.parts.length === 1);
    const [, flag = ""] = TILDE.exec(text) ?? [];
    const isTilde = isStart && TILDE.test(text);
    const rest = isTilde ? text.slice(flag.length + 1) : text;
    const start = isTilde ? `${flag}${home}` : "";
    return `${start}${expandReferences(rest, references)}`;
  }).join("");
}

function expandReferences(text: string, references: WordReferences): string {
  return text.replace(REFERENCE, (_match, bare?: string, braced?: string) => {
    const name = bare ?? braced ?? "";
    const value = name === "_"
      ? references.last
      : references.text(Number(name));
    if (value === undefined) throw noReference(name, references);
    return value;
  });
}

function noReference(name: string, references: WordReferences): UsageError {
  const { itemCount } = references;
  const number = Number(name);
  const why = name === "_"
    ? "no answer has named anything yet"
    : itemCount === 0
    ? "the last answer lists nothing"
    : number >= 1 && number <= itemCount
    ? "that item of the last answer has no identifier"
    : itemCount === 1
    ? "the last answer has $1 only"
    : `the last answer has $1 to $${itemCount}`;
  return new UsageError(`there is no $${name}; ${why}`, {
    hint: "'\\$' and single quotes keep a $ as it is.",
  });
}

/**
 * A line with `!!` (the last line of the history), `!N` (the line of that
 * number, counted from 1) and `!prefix` (the last line that begins so)
 * replaced, where they stand at the start of a word and in no quotes.
 *
 * @param history the lines, oldest first
 * @throws {UsageError} when there is no such line
 */
export function expandHistory(
  line: string,
  history: readonly string[],
): string {
  let expanded = "";
  let at = 0;
  for (const token of tokenize(line).tokens) {
    if (token.kind !== "word") continue;
    const { parts, span } = token.word;
    const [first] = parts;
    if (first?.kind !== "plain") continue;
    const [event, name] = /^!(!|\d+|[^\s!=]+)/.exec(first.text) ?? [];
    if (event === undefined || name === undefined) continue;
    expanded += line.slice(at, span.start) + findLine(name, history);
    at = span.start + event.length;
  }
  return expanded + line.slice(at);
}

function findLine(name: string, history: readonly string[]): string {
  if (name === "!") {
    const last = history.at(-1);
    if (last !== undefined) return last;
    throw new UsageError("there is no !!; the history is empty");
  }
  const found = /^\d+$/.test(name)
    ? history[Number(name) - 1]
    : history.findLast((line) => line.startsWith(name));
  if (found !== undefined) return found;
  throw new UsageError(
    `there is no !${name}; ` + (
      !/^\d+$/.test(name)
        ? "no line of the history begins so"
        : history.length === 0
        ? "the history is empty"
        : `the history has !1 to !${history.length}`
    ),
    { hint: "'history' shows the lines and their numbers." },
  );
}
