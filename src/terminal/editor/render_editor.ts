import { clustersOf } from "./clusters.ts";
import type { EditorState } from "./editor_state.ts";
import { formatMenu } from "./format_menu.ts";
import type { Search } from "./history_search.ts";
import { type Position, RowWriter } from "./row_writer.ts";
import { clusterWidth } from "./shown_text.ts";

const CONTINUATION = "… ";
const DIM = "\x1b[2m";
const STYLE_OFF = "\x1b[0m";

/** The lines of a terminal that show what is being edited. */
export interface EditorFrame {
  /** The lines, each at most as wide as the terminal; may have colours. */
  readonly lines: readonly string[];
  /** Which line the cursor is in, from 0. */
  readonly cursorRow: number;
  /** Which column the cursor is in, from 0. */
  readonly cursorColumn: number;
  /** The width of the terminal, columns. */
  readonly width: number;
  /** The height of the terminal, lines. */
  readonly height: number;
}

/** How a line is shown. */
export interface EditorStyle {
  /** Whether colours are wanted, besides those of the prompt. */
  readonly hasColor?: boolean;
}

/**
 * The lines that show a state: prompt and text, broken at the width, and the
 * menu below. A text that is higher than the terminal is shown in part, with
 * the cursor in it. What comes from outside is shown, never obeyed.
 *
 * @param prompt may have colours (SGR) and several lines
 * @param width columns of the terminal
 * @param height lines of the terminal
 */
export function renderEditor(
  state: EditorState,
  prompt: string,
  width: number,
  height: number,
  style: EditorStyle = {},
): EditorFrame {
  const rows = new RowWriter(width);
  if (state.search === undefined) rows.write(prompt);
  // The query may come from a paste.
  else rows.writePlain(searchPrompt(state.search));
  const cursor = writeText(rows, state, style);
  const all = rows.end();
  const top = firstShown(all.length, cursor.row, height);
  const lines = all.slice(top, top + Math.max(1, height));
  const menu = formatMenu(state.menu ?? [], {
    width: Math.max(1, width),
    height: height - lines.length,
    hasColor: style.hasColor,
  });
  return {
    lines: [...lines, ...menu],
    cursorRow: cursor.row - top,
    cursorColumn: cursor.column,
    width: Math.max(1, width),
    height: Math.max(1, height),
  };
}

function searchPrompt({ direction, query, isFailed }: Search): string {
  const what = direction === "older" ? "reverse-i-search" : "i-search";
  return `(${isFailed ? "failed " : ""}${what})'${query}': `;
}

/** Writes the text; says where the cursor is. */
function writeText(
  rows: RowWriter,
  { text, cursor }: EditorState,
  { hasColor = false }: EditorStyle,
): Position {
  const mark = hasColor ? `${DIM}${CONTINUATION}${STYLE_OFF}` : CONTINUATION;
  let offset = 0;
  let position: Position | undefined;
  const note = (width: number) => {
    if (position !== undefined || offset < cursor) return;
    rows.makeRoom(width);
    position = rows.position;
  };
  text.split("\n").forEach((line, index) => {
    if (index > 0) {
      rows.breakLine();
      rows.write(mark);
      offset++;
    }
    for (const cluster of clustersOf(line)) {
      note(Math.max(1, clusterWidth(cluster)));
      rows.put(cluster);
      offset += cluster.length;
    }
    note(1);
  });
  return position ?? rows.position;
}

/** The first line that is shown, so that the cursor is among them. */
function firstShown(total: number, cursorRow: number, height: number): number {
  const last = Math.max(0, total - Math.max(1, height));
  return Math.min(last, Math.max(0, cursorRow - Math.floor(height / 2)));
}
