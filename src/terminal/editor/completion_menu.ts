import { isPrintable } from "../../base/mod.ts";
import { snapToBoundary } from "./clusters.ts";
import { type EditorState, replaceRange } from "./editor_state.ts";
import { openQuote, quoteWord } from "./quote_word.ts";

/** A word that may stand where the cursor is. */
export interface CompletionCandidate {
  /** The whole word, not quoted; one that ends in `/` is a directory. */
  readonly value: string;
  /** What it is about, in a few words; may be empty. */
  readonly description: string;
  /** Whether more may follow in the same word, as after a directory. */
  readonly isUnfinished?: boolean;
  /** Whether it is put in as it is, because quotes would change what it means. */
  readonly isVerbatim?: boolean;
  /** What stands for it in the menu; default: the word. */
  readonly label?: string;
}

/** What may stand where the cursor is. */
export interface LineCompletion {
  /** Where the word begins in the text, its quote included. */
  readonly start: number;
  /** The words that it may become; those with control characters never do. */
  readonly candidates: readonly CompletionCandidate[];
  /** Whether more is being looked for, which is told later. */
  readonly isPartial?: boolean;
}

/** What {@linkcode applyCompletion} came to. */
export interface CompletionOutcome {
  /** The line with the word put in, or with the menu. */
  readonly state: EditorState;
  /** Whether there was nothing to put in or to show. */
  readonly isUseless: boolean;
}

/**
 * Puts a completion into a line. One word is put in whole, with a blank
 * behind it unless it is a directory. Of several, what they begin with is
 * put in; when that is there already, they are shown.
 */
export function applyCompletion(
  state: EditorState,
  { start, candidates }: LineCompletion,
): CompletionOutcome {
  const usable = candidates.filter(({ value }) => isPrintable(value));
  const typed = state.text.slice(start, state.cursor);
  const quote = openQuote(typed);
  const [first, ...others] = usable;
  if (first === undefined) return { state, isUseless: true };
  if (others.length === 0) {
    return { state: insertWhole(state, start, first), isUseless: false };
  }
  const common = commonPrefix(usable.map(({ value }) => value));
  const word = usable.every(({ isVerbatim }) => isVerbatim)
    ? common
    : quoteWord(common, quote, false);
  if (word.length <= typed.length) {
    return { state: { ...state, menu: usable }, isUseless: false };
  }
  return { state: insert(state, start, word), isUseless: false };
}

/** What all words begin with, in whole grapheme clusters. */
export function commonPrefix(words: readonly string[]): string {
  const [first = "", ...others] = words;
  let length = first.length;
  for (const word of others) {
    length = Math.min(length, word.length);
    while (!word.startsWith(first.slice(0, length))) length--;
  }
  while (length > 0 && words.some((word) => isCut(word, length))) length--;
  return first.slice(0, length);
}

function isCut(word: string, length: number): boolean {
  return snapToBoundary(word, length) !== length;
}

function insertWhole(
  state: EditorState,
  start: number,
  candidate: CompletionCandidate,
): EditorState {
  const { value, isUnfinished = value.endsWith("/") } = candidate;
  const quote = openQuote(state.text.slice(start, state.cursor));
  const word = candidate.isVerbatim
    ? value
    : quoteWord(value, quote, !isUnfinished);
  if (isUnfinished) return insert(state, start, word);
  const hasBlank = state.text[state.cursor] === " ";
  const changed = insert(state, start, hasBlank ? word : `${word} `);
  return hasBlank ? { ...changed, cursor: changed.cursor + 1 } : changed;
}

function insert(state: EditorState, start: number, word: string): EditorState {
  const { text, cursor } = state;
  return {
    ...state,
    ...replaceRange(state, start, cursor, word),
    undo: [...state.undo, { text, cursor }],
    menu: undefined,
  };
}
