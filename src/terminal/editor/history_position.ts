import { clustersOf } from "./clusters.ts";
import {
  type EditorState,
  lineBegin,
  type LineChange,
  lineEnd,
  withPlainLineEnds,
} from "./editor_state.ts";

/** The history of lines, oldest first. */
export type LineHistory = readonly string[];

/**
 * Shows another entry of the history, with the changes made to it since this
 * line was begun; the cursor is at its end.
 *
 * @param index undefined or past the newest: the line being written
 */
export function showEntry(
  state: EditorState,
  history: LineHistory,
  index: number | undefined,
): LineChange {
  const target = index === undefined || index >= history.length
    ? undefined
    : index;
  if (target === state.historyIndex) {
    return { text: state.text, cursor: state.text.length };
  }
  const drafts = new Map(state.drafts).set(state.historyIndex, state.text);
  const entry = target === undefined ? "" : history[target] ?? "";
  const text = drafts.get(target) ?? withPlainLineEnds(entry);
  return {
    text,
    cursor: text.length,
    historyIndex: target,
    drafts,
    // What Ctrl-_ takes back belongs to one entry.
    undo: [],
  };
}

/**
 * Goes a line up (-1) or down (1) in a text of several lines, and beyond its
 * first or last line to another entry of the history; undefined when there is
 * no such entry.
 */
export function moveVertically(
  state: EditorState,
  history: LineHistory,
  direction: -1 | 1,
): LineChange | undefined {
  return moveLine(state, direction) ?? moveEntry(state, history, direction);
}

/** Goes to the entry before (-1) or after (1); undefined at the end. */
export function moveEntry(
  state: EditorState,
  history: LineHistory,
  direction: -1 | 1,
): LineChange | undefined {
  const index = (state.historyIndex ?? history.length) + direction;
  return index < 0 || index > history.length
    ? undefined
    : showEntry(state, history, index);
}

function moveLine(
  state: EditorState,
  direction: -1 | 1,
): LineChange | undefined {
  const { text, cursor, action } = state;
  const begin = lineBegin(text, cursor);
  const end = lineEnd(text, cursor);
  if (direction < 0 ? begin === 0 : end === text.length) return undefined;
  const column = action.kind === "vertical"
    ? action.column
    : clustersOf(text.slice(begin, cursor)).length;
  const targetBegin = direction < 0 ? lineBegin(text, begin - 1) : end + 1;
  const line = text.slice(targetBegin, lineEnd(text, targetBegin));
  const before = clustersOf(line).slice(0, column).join("");
  return {
    text,
    cursor: targetBegin + before.length,
    action: { kind: "vertical", column },
  };
}
