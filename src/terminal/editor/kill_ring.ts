import {
  type EditorState,
  type LineChange,
  OTHER,
  replaceRange,
} from "./editor_state.ts";

const RING_LIMIT = 60;

/**
 * Takes out what is between two offsets, one of which is the cursor, and
 * keeps it for Ctrl-Y. What is killed right after another kill joins it.
 */
export function kill(
  state: EditorState,
  start: number,
  end: number,
): LineChange {
  const unchanged = { text: state.text, cursor: state.cursor };
  if (start >= end) return { ...unchanged, action: state.action };
  const killed = state.text.slice(start, end);
  const ring = [...state.killRing];
  const last = state.action.kind === "kill" ? ring.pop() ?? "" : "";
  ring.push(end > state.cursor ? last + killed : killed + last);
  return {
    ...replaceRange(state, start, end, ""),
    killRing: ring.slice(-RING_LIMIT),
    action: { kind: "kill" },
  };
}

/** Puts the newest killed text in; undefined when there is none. */
export function yank(state: EditorState): LineChange | undefined {
  return yankAt(state, state.cursor, 0);
}

/** Puts the killed text before it in place of the one just put in. */
export function yankOlder(state: EditorState): LineChange | undefined {
  const { action } = state;
  return action.kind === "yank"
    ? yankAt(state, action.start, action.age + 1)
    : undefined;
}

function yankAt(
  state: EditorState,
  start: number,
  wanted: number,
): LineChange | undefined {
  const { killRing } = state;
  if (killRing.length === 0) return undefined;
  const age = wanted % killRing.length;
  const text = killRing[killRing.length - 1 - age] ?? "";
  return {
    ...replaceRange(state, start, state.cursor, text),
    action: text === "" ? OTHER : { kind: "yank", start, age },
  };
}
