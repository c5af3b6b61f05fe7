/**
 * The line editor of the interactive session: keys to states, states to the
 * lines of a terminal.
 *
 * @module
 */

export {
  applyCompletion,
  type CompletionCandidate,
  type CompletionOutcome,
  type LineCompletion,
} from "./completion_menu.ts";
export {
  type EditContext,
  editKey,
  type EditorEffect,
  type EditOutcome,
} from "./edit_key.ts";
export {
  type EditorMemory,
  type EditorState,
  newEditorState,
} from "./editor_state.ts";
export type { LineHistory } from "./history_position.ts";
export { isUnfinished } from "./open_brackets.ts";
export { openQuote, quoteWord } from "./quote_word.ts";
export {
  LineEditor,
  type LineEditorOptions,
  type LineResult,
  type ReadLineOptions,
} from "./read_line.ts";
export {
  type EditorFrame,
  type EditorStyle,
  renderEditor,
} from "./render_editor.ts";
export {
  eraseFrame,
  freshLine,
  leaveFrame,
  paintFrame,
} from "./screen_painter.ts";
export { splitPaste } from "./split_paste.ts";
