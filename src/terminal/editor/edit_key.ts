import type { Key } from "../../base/mod.ts";
import { bindingName, BINDINGS } from "./bindings.ts";
import {
  type EditorState,
  type LineChange,
  newEditorState,
  OTHER,
  replaceRange,
  withPlainLineEnds,
} from "./editor_state.ts";
import type { LineHistory } from "./history_position.ts";
import {
  acceptSearch,
  beginSearch,
  cancelSearch,
  extendQuery,
  type Search,
  type SearchDirection,
  searchFurther,
  shortenQuery,
} from "./history_search.ts";
import { isUnfinished as hasOpenPart } from "./open_brackets.ts";

const UNDO_LIMIT = 500;

/** What a key asks of whoever reads the line. */
export type EditorEffect =
  /** Enter, on a complete text. */
  | { readonly kind: "submit" }
  /** Ctrl-C; the state is a new line. */
  | { readonly kind: "interrupt" }
  /** Ctrl-D on an empty line. */
  | { readonly kind: "end" }
  /** Tab: `applyCompletion` takes the answer. */
  | { readonly kind: "complete" }
  /** Ctrl-L. */
  | { readonly kind: "clear-screen" }
  /** Nothing could be done. */
  | { readonly kind: "bell" };

/** What keys need to know besides the state. */
export interface EditContext {
  /** Earlier lines, oldest first; the same ones while a line is edited. */
  readonly history: LineHistory;
  /**
   * Whether Enter begins another line of the text instead of ending it.
   * Default: while quotes or brackets are open, and behind a backslash.
   */
  readonly isUnfinished?: (text: string) => boolean;
}

/** What a key came to. */
export interface EditOutcome {
  /** The line after the key. */
  readonly state: EditorState;
  /** What is to be done besides showing it. */
  readonly effect?: EditorEffect;
}

/**
 * Edits a line by one key, as Emacs and bash bind them. A key that is not
 * bound changes nothing.
 */
export function editKey(
  state: EditorState,
  key: Key,
  context: EditContext,
): EditOutcome {
  if (key.name === "resize" || key.name === "resume") return { state };
  if (state.search === undefined) return editLine(state, key, context);
  return editSearch(state, state.search, key, context);
}

function editLine(
  state: EditorState,
  key: Key,
  context: EditContext,
): EditOutcome {
  const closed = state.menu === undefined
    ? state
    : { ...state, menu: undefined };
  const name = bindingName(key);
  switch (name) {
    case "text":
      return changed(closed, insertText(closed, key.text));
    case "paste":
      return changed(closed, insertPaste(closed, key.text, context));
    case "return":
    case "enter":
      return enter(closed, context);
    case "ctrl-c":
      return { state: newEditorState(state), effect: { kind: "interrupt" } };
    case "tab":
      return {
        state: { ...state, action: OTHER },
        effect: { kind: "complete" },
      };
    case "ctrl-l":
      return { state: closed, effect: { kind: "clear-screen" } };
    case "ctrl-r":
    case "ctrl-s":
      return changed(closed, beginSearch(closed, directionOf(name)));
    case "ctrl-d":
      if (state.text !== "") break;
      return { state: closed, effect: { kind: "end" } };
  }
  const binding = BINDINGS.get(name);
  return binding === undefined
    ? { state: { ...closed, action: OTHER } }
    : changed(closed, binding(closed, context.history));
}

function enter(state: EditorState, context: EditContext): EditOutcome {
  const { isUnfinished = hasOpenPart } = context;
  return isUnfinished(state.text)
    ? changed(state, replaceRange(state, state.cursor, state.cursor, "\n"))
    : { state, effect: { kind: "submit" } };
}

function insertText(state: EditorState, text: string): LineChange {
  const plain = withPlainLineEnds(text);
  return {
    ...replaceRange(state, state.cursor, state.cursor, plain),
    action: { kind: "insert" },
  };
}

function insertPaste(
  state: EditorState,
  text: string,
  { isUnfinished = hasOpenPart }: EditContext,
): LineChange {
  const { cursor } = state;
  const before = state.text.slice(0, cursor);
  const plain = withPlainLineEnds(text);
  const trimmed = plain.replace(/\n+$/, "");
  // A line end behind complete commands would only leave an empty line.
  const pasted = isUnfinished(before + trimmed) ? plain : trimmed;
  return replaceRange(state, cursor, cursor, pasted);
}

/** The state with a change, which Ctrl-_ can take back. */
function changed(
  state: EditorState,
  change: LineChange | undefined,
): EditOutcome {
  if (change === undefined) {
    return { state: { ...state, action: OTHER }, effect: { kind: "bell" } };
  }
  const { text, cursor } = state;
  const next = { ...state, action: OTHER, ...change };
  // Letters that are typed one after another are taken back together.
  const isTyping = state.action.kind === "insert" &&
    next.action.kind === "insert" && !/\s/.test(text.slice(cursor - 1, cursor));
  if (next.text === text || isTyping || change.undo !== undefined) {
    return { state: next };
  }
  const undo = [...state.undo, { text, cursor }].slice(-UNDO_LIMIT);
  return { state: { ...next, undo } };
}

function editSearch(
  state: EditorState,
  search: Search,
  key: Key,
  context: EditContext,
): EditOutcome {
  const { history } = context;
  const name = bindingName(key);
  switch (name) {
    case "text":
    case "paste":
      return searched(
        state,
        extendQuery(state, search, history, firstLine(key.text)),
      );
    case "backspace":
      return searched(state, shortenQuery(state, search, history));
    case "ctrl-r":
    case "ctrl-s": {
      const direction = directionOf(name);
      return searched(state, searchFurther(state, search, history, direction));
    }
    case "ctrl-g":
    case "escape":
      return { state: cancelSearch(state, search) };
    default:
      return editLine(acceptSearch(state, search), key, context);
  }
}

function searched(
  state: EditorState,
  change: Partial<EditorState>,
): EditOutcome {
  const next = { ...state, ...change };
  return next.search?.isFailed
    ? { state: next, effect: { kind: "bell" } }
    : { state: next };
}

function directionOf(name: string): SearchDirection {
  return name === "ctrl-r" ? "older" : "newer";
}

function firstLine(text: string): string {
  return withPlainLineEnds(text).split("\n", 1)[0] ?? "";
}
