import { snapToBoundary } from "./clusters.ts";
import {
  type EditorState,
  type LineChange,
  withPlainLineEnds,
} from "./editor_state.ts";
import type { LineHistory } from "./history_position.ts";

/** Towards older lines (Ctrl-R) or newer ones (Ctrl-S). */
export type SearchDirection = "older" | "newer";

/** A search of the history that grows with each key. */
export interface Search {
  /** Where it goes. */
  readonly direction: SearchDirection;
  /** What is looked for. */
  readonly query: string;
  /** Whether no further line has it; the last one found is still shown. */
  readonly isFailed: boolean;
  /** The state to come back to. */
  readonly origin: EditorState;
}

/** Begins a search at the line that is shown. */
export function beginSearch(
  state: EditorState,
  direction: SearchDirection,
): LineChange {
  const origin = { ...state, menu: undefined };
  const search = { direction, query: "", isFailed: false, origin };
  return { text: state.text, cursor: state.cursor, search };
}

/** Looks for a longer text, from the line that is shown. */
export function extendQuery(
  state: EditorState,
  search: Search,
  history: LineHistory,
  text: string,
): LineChange {
  const query = search.query + text;
  return find(state, { ...search, query }, history, positionOf(state, history));
}

/** Looks for a shorter text, from where the search began. */
export function shortenQuery(
  state: EditorState,
  search: Search,
  history: LineHistory,
): LineChange {
  const query = [...search.query].slice(0, -1).join("");
  const { origin } = search;
  if (query === "") {
    const { text, cursor, historyIndex } = origin;
    const begun = { ...search, query, isFailed: false };
    return { text, cursor, historyIndex, search: begun };
  }
  const from = positionOf(origin, history);
  return find(state, { ...search, query }, history, from);
}

/** Looks for the next line with the text, or for the last query if none. */
export function searchFurther(
  state: EditorState,
  search: Search,
  history: LineHistory,
  direction: SearchDirection,
): LineChange {
  const from = positionOf(state, history);
  const query = search.query || state.lastQuery;
  const step = direction === "older" ? -1 : 1;
  const start = search.query === "" ? from : from + step;
  return find(state, { ...search, direction, query }, history, start);
}

/** Ends a search; the line that was found stays, to be edited. */
export function acceptSearch(state: EditorState, search: Search): EditorState {
  const { origin } = search;
  const drafts = new Map(origin.drafts).set(origin.historyIndex, origin.text);
  const isSame = origin.historyIndex === state.historyIndex;
  return {
    ...state,
    drafts: isSame ? origin.drafts : drafts,
    undo: isSame ? origin.undo : [],
    search: undefined,
    lastQuery: search.query || state.lastQuery,
  };
}

/** Ends a search as if it had not been. */
export function cancelSearch(state: EditorState, search: Search): EditorState {
  return { ...search.origin, lastQuery: search.query || state.lastQuery };
}

function positionOf(
  { historyIndex }: EditorState,
  history: LineHistory,
): number {
  return historyIndex ?? history.length;
}

function find(
  state: EditorState,
  search: Search,
  history: LineHistory,
  from: number,
): LineChange {
  const step = search.direction === "older" ? -1 : 1;
  const { text, cursor, historyIndex } = state;
  // The line being written comes after the newest one, and is not looked at.
  const start = step < 0 ? Math.min(from, history.length - 1) : from;
  for (let index = start; index >= 0 && index < history.length; index += step) {
    const line = withPlainLineEnds(history[index] ?? "");
    const at = search.query === "" ? -1 : line.lastIndexOf(search.query);
    // The same line in another place says nothing new.
    const isRepeated = historyIndex !== undefined && line === text &&
      index !== historyIndex;
    if (at < 0 || isRepeated) continue;
    return {
      text: line,
      cursor: snapToBoundary(line, at),
      historyIndex: index,
      search: { ...search, isFailed: false },
    };
  }
  return { text, cursor, search: { ...search, isFailed: search.query !== "" } };
}
