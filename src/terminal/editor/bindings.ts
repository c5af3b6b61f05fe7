import type { Key } from "../../base/mod.ts";
import { nextBoundary, previousBoundary } from "./clusters.ts";
import {
  type EditorState,
  lineBegin,
  type LineChange,
  lineEnd,
  replaceRange,
  type Snapshot,
} from "./editor_state.ts";
import {
  type LineHistory,
  moveEntry,
  moveVertically,
  showEntry,
} from "./history_position.ts";
import { kill, yank, yankOlder } from "./kill_ring.ts";
import { isNotBlank, wordBegin, wordEnd } from "./words.ts";

/** What a key does to a line; undefined when there is nothing to be done. */
export type Binding = (
  state: EditorState,
  history: LineHistory,
) => LineChange | undefined;

/** A key as it is written in the tables: `ctrl-a`, `alt-f`, `left`. */
export function bindingName({ name, ctrl, alt }: Key): string {
  return `${ctrl ? "ctrl-" : ""}${alt ? "alt-" : ""}${name.toLowerCase()}`;
}

const right: Binding = ({ text, cursor }) =>
  move(text, cursor, nextBoundary(text, cursor));

const left: Binding = ({ text, cursor }) =>
  move(text, cursor, previousBoundary(text, cursor));

const lineStart: Binding = ({ text, cursor }) => ({
  text,
  cursor: lineBegin(text, cursor),
});

const lineStop: Binding = ({ text, cursor }) => ({
  text,
  cursor: lineEnd(text, cursor),
});

const wordRight: Binding = ({ text, cursor }) =>
  move(text, cursor, wordEnd(text, cursor));

const wordLeft: Binding = ({ text, cursor }) =>
  move(text, cursor, wordBegin(text, cursor));

const deleteRight: Binding = (state) => {
  const end = nextBoundary(state.text, state.cursor);
  if (end === state.cursor) return undefined;
  return replaceRange(state, state.cursor, end, "");
};

const deleteLeft: Binding = (state) => {
  const begin = previousBoundary(state.text, state.cursor);
  if (begin === state.cursor) return undefined;
  return replaceRange(state, begin, state.cursor, "");
};

/** To the end of the line; at its end, the line end itself. */
const killLineEnd: Binding = (state) => {
  const { text, cursor } = state;
  const end = lineEnd(text, cursor);
  return kill(state, cursor, end === cursor ? nextBoundary(text, end) : end);
};

/** To the beginning of the line; there, the line end before it. */
const killLineBegin: Binding = (state) => {
  const { text, cursor } = state;
  const begin = lineBegin(text, cursor);
  return kill(
    state,
    begin === cursor ? previousBoundary(text, begin) : begin,
    cursor,
  );
};

const killWordRight: Binding = (state) =>
  kill(state, state.cursor, wordEnd(state.text, state.cursor));

const killWordLeft: Binding = (state) =>
  kill(state, wordBegin(state.text, state.cursor), state.cursor);

const killBlankWord: Binding = (state) => {
  const { text, cursor } = state;
  return kill(state, wordBegin(text, cursor, isNotBlank), cursor);
};

/** Swaps the characters around the cursor; at the end, the last two. */
const transpose: Binding = (state) => {
  const { text, cursor } = state;
  const isAtEnd = cursor === text.length;
  const middle = isAtEnd ? previousBoundary(text, cursor) : cursor;
  const begin = previousBoundary(text, middle);
  const end = nextBoundary(text, middle);
  if (begin === middle || middle === end) return undefined;
  const swapped = text.slice(middle, end) + text.slice(begin, middle);
  return replaceRange(state, begin, end, swapped);
};

const undo: Binding = (state) => {
  const last = state.undo.at(-1);
  return last && { ...last, undo: state.undo.slice(0, -1) };
};

const newLine: Binding = (state) =>
  replaceRange(state, state.cursor, state.cursor, "\n");

const up: Binding = (state, history) => moveVertically(state, history, -1);
const down: Binding = (state, history) => moveVertically(state, history, 1);
const olderEntry: Binding = (state, history) => moveEntry(state, history, -1);
const newerEntry: Binding = (state, history) => moveEntry(state, history, 1);

const TABLE: Readonly<Record<string, Binding>> = {
  "ctrl-a": lineStart,
  home: lineStart,
  "ctrl-e": lineStop,
  end: lineStop,
  "ctrl-b": left,
  left,
  "ctrl-f": right,
  right,
  "alt-b": wordLeft,
  "ctrl-left": wordLeft,
  "alt-left": wordLeft,
  "alt-f": wordRight,
  "ctrl-right": wordRight,
  "alt-right": wordRight,
  "ctrl-d": deleteRight,
  delete: deleteRight,
  backspace: deleteLeft,
  "ctrl-h": deleteLeft,
  "ctrl-k": killLineEnd,
  "ctrl-u": killLineBegin,
  "ctrl-w": killBlankWord,
  "alt-d": killWordRight,
  "alt-delete": killWordRight,
  "ctrl-delete": killWordRight,
  "alt-backspace": killWordLeft,
  "ctrl-backspace": killWordLeft,
  "ctrl-y": yank,
  "alt-y": yankOlder,
  "ctrl-t": transpose,
  "ctrl-_": undo,
  "alt-return": newLine,
  "alt-enter": newLine,
  "ctrl-p": up,
  up,
  "ctrl-n": down,
  down,
  pageup: olderEntry,
  pagedown: newerEntry,
  "alt-<": (state, history) => showEntry(state, history, 0),
  "alt->": (state, history) => showEntry(state, history, undefined),
};

/** What keys do, by {@linkcode bindingName}: as in Emacs and bash. */
export const BINDINGS: ReadonlyMap<string, Binding> = new Map(
  Object.entries(TABLE),
);

function move(
  text: string,
  from: number,
  to: number,
): Snapshot | undefined {
  return from === to ? undefined : { text, cursor: to };
}
