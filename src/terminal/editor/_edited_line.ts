import type { Key, KeySource } from "../../base/mod.ts";
import { answerBefore } from "./_answer_before.ts";
import { applyCompletion, type LineCompletion } from "./completion_menu.ts";
import { editKey, type EditorEffect } from "./edit_key.ts";
import {
  type EditorMemory,
  type EditorState,
  newEditorState,
} from "./editor_state.ts";
import type { LineHistory } from "./history_position.ts";
import type {
  LineEditorOptions,
  LineResult,
  ReadLineOptions,
} from "./read_line.ts";
import { type EditorFrame, renderEditor } from "./render_editor.ts";
import {
  eraseFrame,
  freshLine,
  leaveFrame,
  paintFrame,
} from "./screen_painter.ts";

const BELL = "\x07";
// ECMA-48: CUP and ED.
const CLEAR_SCREEN = "\x1b[H\x1b[2J";

/** One line, from its prompt to its end. */
export class EditedLine {
  readonly #options: LineEditorOptions;
  readonly #history: LineHistory;
  readonly #signal: AbortSignal | undefined;
  #prompt: string;
  #state: EditorState;
  #frame: EditorFrame | undefined;
  /** Ends the completion that is going on. */
  #completing: AbortController | undefined;

  /** Shows the prompt. */
  constructor(
    options: LineEditorOptions,
    { prompt, history, signal }: ReadLineOptions,
    memory: EditorMemory,
  ) {
    this.#options = options;
    this.#history = history;
    this.#signal = signal;
    this.#prompt = prompt;
    this.#state = newEditorState(memory);
    options.write(freshLine(options.columns()));
    this.#paint();
  }

  /** Takes keys until the line is done. */
  async read(keys: KeySource): Promise<LineResult> {
    let next = keys.next(this.#signal);
    while (true) {
      const key = await next;
      // What a key may change is completed no more.
      if (key?.name !== "resize") this.#completing?.abort();
      if (key === undefined) return { kind: "end" };
      const before = this.#state;
      const effect = this.#edit(key);
      if (effect === "submit") return { kind: "line", text: this.#state.text };
      if (effect === "end") return { kind: "end" };
      if (effect === "interrupt") {
        // The text that is given up stays to be seen.
        const { killRing, lastQuery } = this.#state;
        this.#state = { ...before, killRing, lastQuery };
        this.#finish("^C");
        return { kind: "interrupt" };
      }
      next = keys.next(this.#signal);
      if (effect === "complete") await this.#complete(next);
    }
  }

  /** Shows another prompt. */
  setPrompt(prompt: string): void {
    this.#prompt = prompt;
    this.#paint();
  }

  /** Writes whole lines above the text. */
  printAbove(lines: string): void {
    this.#erase();
    this.#options.write(lines);
    this.#paint();
  }

  /** Leaves the text on the terminal; what the next line begins with. */
  leave(): EditorMemory {
    this.#completing?.abort();
    this.#finish("");
    return this.#state;
  }

  #edit(key: Key): EditorEffect["kind"] | undefined {
    const { isUnfinished, write, columns } = this.#options;
    if (key.name === "resume") {
      // Others have written since.
      write(freshLine(columns()));
      this.#frame = undefined;
    }
    const context = { history: this.#history, isUnfinished };
    const { state, effect } = editKey(this.#state, key, context);
    const kind = effect?.kind;
    this.#state = state;
    if (kind === "submit" || kind === "interrupt" || kind === "end") {
      return kind;
    }
    if (kind === "bell") write(BELL);
    if (kind === "clear-screen") {
      write(CLEAR_SCREEN);
      this.#frame = undefined;
    }
    this.#paint();
    return kind;
  }

  /** Completes, unless a key comes first and does not care to wait. */
  async #complete(key: Promise<Key | undefined>): Promise<void> {
    const controller = new AbortController();
    const { signal } = controller;
    this.#completing = controller;
    const { text, cursor } = this.#state;
    const { complete, clock } = this.#options;
    const answer = complete?.(text, cursor, signal, (whole) => {
      const now = this.#state;
      const isSame = now.text === text && now.cursor === cursor;
      if (isSame && !signal.aborted) this.#apply(whole);
    });
    const completion = await answerBefore(key, answer, clock);
    if (!completion?.isPartial) controller.abort();
    this.#apply(completion);
  }

  #apply(completion: LineCompletion | undefined): void {
    const { write } = this.#options;
    if (completion === undefined) return write(BELL);
    const { state, isUseless } = applyCompletion(this.#state, completion);
    this.#state = state;
    if (isUseless && !completion.isPartial) write(BELL);
    this.#paint();
  }

  #paint(): void {
    const { columns, rows, write, hasColor } = this.#options;
    const [width, height] = [columns(), rows()];
    const frame = renderEditor(this.#state, this.#prompt, width, height, {
      hasColor,
    });
    write(paintFrame(this.#frame, frame));
    this.#frame = frame;
  }

  #erase(): void {
    if (this.#frame === undefined) return;
    this.#options.write(eraseFrame(this.#frame, this.#options.columns()));
    this.#frame = undefined;
  }

  #finish(mark: string): void {
    if (this.#frame === undefined) return;
    const { text } = this.#state;
    this.#state = {
      ...this.#state,
      cursor: text.length,
      menu: undefined,
      search: undefined,
    };
    this.#paint();
    this.#options.write(mark === "" ? leaveFrame(this.#frame) : `${mark}\r\n`);
    this.#frame = undefined;
  }
}
