import { snapToBoundary } from "./clusters.ts";
import type { CompletionCandidate } from "./completion_menu.ts";
import type { Search } from "./history_search.ts";

/** A text and where the cursor is in it. */
export interface Snapshot {
  /** The text; its lines end in `\n`. */
  readonly text: string;
  /** Offset in UTF-16 units, never inside a grapheme cluster. */
  readonly cursor: number;
}

/** What the last key did, as far as the next one goes on with it. */
export type Action =
  | { readonly kind: "other" | "insert" | "kill" }
  | {
    /** Put a killed text in: where, and which one, counted from the newest. */
    readonly kind: "yank";
    readonly start: number;
    readonly age: number;
  }
  | {
    /** Went up or down; the column to keep, in clusters. */
    readonly kind: "vertical";
    readonly column: number;
  };

/** A line that is being edited. */
export interface EditorState extends Snapshot {
  /** Which entry of the history it is; undefined: the line being written. */
  readonly historyIndex: number | undefined;
  /** Entries that were changed, and the line being written. */
  readonly drafts: ReadonlyMap<number | undefined, string>;
  /** What was killed, newest last. */
  readonly killRing: readonly string[];
  /** What Ctrl-_ goes back to, newest last. */
  readonly undo: readonly Snapshot[];
  /** What the last key did. */
  readonly action: Action;
  /** The search that is going on. */
  readonly search: Search | undefined;
  /** What was searched for last. */
  readonly lastQuery: string;
  /** The words that could stand here, while they are shown. */
  readonly menu: readonly CompletionCandidate[] | undefined;
}

/** A text and cursor that take the place of the old ones, and what else does. */
export type LineChange = Snapshot & Partial<EditorState>;

/** What outlasts a line. */
export type EditorMemory = Pick<EditorState, "killRing" | "lastQuery">;

/** Nothing in particular. */
export const OTHER: Action = { kind: "other" };

/** An empty line. */
export function newEditorState(
  memory: EditorMemory = { killRing: [], lastQuery: "" },
): EditorState {
  return {
    text: "",
    cursor: 0,
    historyIndex: undefined,
    drafts: new Map(),
    killRing: memory.killRing,
    undo: [],
    action: OTHER,
    search: undefined,
    lastQuery: memory.lastQuery,
    menu: undefined,
  };
}

/** Text with `\n` for every kind of line end. */
export function withPlainLineEnds(text: string): string {
  return text.replace(/\r\n?/g, "\n");
}

/** A text with another one in place of what is between two offsets. */
export function replaceRange(
  { text }: Snapshot,
  start: number,
  end: number,
  inserted: string,
): Snapshot {
  const changed = text.slice(0, start) + inserted + text.slice(end);
  // What joins may be one cluster, as a letter and an accent are.
  return {
    text: changed,
    cursor: snapToBoundary(changed, start + inserted.length),
  };
}

/** Where the line begins that an offset is in. */
export function lineBegin(text: string, offset: number): number {
  return offset === 0 ? 0 : text.lastIndexOf("\n", offset - 1) + 1;
}

/** Where the line ends that an offset is in. */
export function lineEnd(text: string, offset: number): number {
  const end = text.indexOf("\n", offset);
  return end < 0 ? text.length : end;
}
