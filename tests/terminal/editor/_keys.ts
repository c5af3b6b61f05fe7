import type { Key } from "../../../src/base/mod.ts";
import {
  type EditContext,
  editKey,
  type EditorState,
  type EditOutcome,
  newEditorState,
} from "../../../src/terminal/editor/mod.ts";

/**
 * A key as tests write it: `C-a` with Ctrl, `M-f` with Alt, `left`, `return`;
 * a plain text begins with `=`, a paste with `+`.
 */
export function key(name: string): Key {
  const [, ctrl, alt, rest = ""] = /^(C-)?(M-)?(.*)$/s.exec(name) ?? [];
  const plain = { ctrl: false, alt: false, shift: false };
  if (name.startsWith("=")) {
    return { ...plain, name: "text", text: name.slice(1) };
  }
  if (name.startsWith("+")) {
    return { ...plain, name: "paste", text: name.slice(1) };
  }
  return {
    name: rest,
    text: "",
    ctrl: ctrl !== undefined,
    alt: alt !== undefined,
    shift: false,
  };
}

/** What keys come to, one after another. */
export function press(
  names: readonly string[],
  state: EditorState = newEditorState(),
  context: EditContext = { history: [] },
): EditOutcome {
  let outcome: EditOutcome = { state };
  for (const name of names) {
    outcome = editKey(outcome.state, key(name), context);
  }
  return outcome;
}

/** A text with `|` at the cursor. */
export function shown({ text, cursor }: EditorState): string {
  return `${text.slice(0, cursor)}|${text.slice(cursor)}`;
}

/** A state from a text with `|` at the cursor. */
export function stateOf(text: string): EditorState {
  const cursor = text.indexOf("|");
  return { ...newEditorState(), text: text.replace("|", ""), cursor };
}
