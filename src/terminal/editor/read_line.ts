import type { Clock, KeySource } from "../../base/mod.ts";
import { EditedLine } from "./_edited_line.ts";
import type { LineCompletion } from "./completion_menu.ts";
import { type EditorMemory, newEditorState } from "./editor_state.ts";
import type { LineHistory } from "./history_position.ts";

/** What a {@linkcode LineEditor} works with. */
export interface LineEditorOptions {
  /** Opens the keyboard; done anew for each line. */
  openKeys: () => KeySource;
  /** Writes to the terminal. */
  write: (text: string) => void;
  /** Width of the terminal now. */
  columns: () => number;
  /** Height of the terminal now. */
  rows: () => number;
  /** Times how long a key waits for a completion. */
  clock: Pick<Clock, "sleep">;
  /** Whether colours are wanted. */
  hasColor?: boolean;
  /** Whether Enter begins another line; default: that of `editKey`. */
  isUnfinished?: (text: string) => boolean;
  /**
   * Says what may stand at an offset of a text; may take its time. A key
   * aborts the signal, and what comes after that is dropped. Failing is the
   * same as finding nothing. When the answer is partial, `update` takes the
   * whole one later, and it counts while the line is still the same.
   */
  complete?: (
    text: string,
    cursor: number,
    signal: AbortSignal,
    update: (whole: LineCompletion) => void,
  ) => Promise<LineCompletion>;
}

/** The line to read. */
export interface ReadLineOptions {
  /** What stands before it; may have colours. */
  prompt: string;
  /** Earlier lines, oldest first. */
  history: LineHistory;
  /** Gives up reading. */
  signal?: AbortSignal;
}

/** What reading a line came to: Enter, Ctrl-C, or Ctrl-D and no more input. */
export type LineResult =
  | {
    readonly kind: "line";
    /** The text; `splitPaste` makes commands of it. */
    readonly text: string;
  }
  | { readonly kind: "interrupt" }
  | { readonly kind: "end" };

/** Reads lines from a person at a terminal, who edits them. */
export class LineEditor {
  readonly #options: LineEditorOptions;
  #memory: EditorMemory = newEditorState();
  #line: EditedLine | undefined;

  /** Writes and reads nothing yet. */
  constructor(options: LineEditorOptions) {
    this.#options = options;
  }

  /**
   * Reads one line. Another one may be read when it has answered.
   *
   * @throws {unknown} the reason of `signal`, once that is aborted
   */
  async readLine(options: ReadLineOptions): Promise<LineResult> {
    options.signal?.throwIfAborted();
    // Before the prompt: the terminal must not show, or take as the end of the
    // input, what is typed as soon as there is one.
    const keys = this.#options.openKeys();
    let line: EditedLine | undefined;
    try {
      line = new EditedLine(this.#options, options, this.#memory);
      this.#line = line;
      return await line.read(keys);
    } finally {
      this.#line = undefined;
      // First: where a person sees that the line has ended, Ctrl-C is for what
      // runs.
      keys[Symbol.dispose]();
      this.#memory = line?.leave() ?? this.#memory;
    }
  }

  /** Changes the prompt of the line that is being edited, if there is one. */
  setPrompt(prompt: string): void {
    this.#line?.setPrompt(prompt);
  }

  /**
   * Writes lines above the one that is being edited, or just writes them.
   *
   * @param text may have colours
   */
  printAbove(text: string): void {
    const lines = text.replace(/\n?$/, "\n");
    if (this.#line === undefined) this.#options.write(lines);
    else this.#line.printAbove(lines.replace(/\r?\n/g, "\r\n"));
  }
}
