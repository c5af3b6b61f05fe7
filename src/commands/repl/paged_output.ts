import { ClosedOutput, type KeySource } from "../../base/mod.ts";
import { displayWidth } from "../../terminal/mod.ts";
import type { Keyboard } from "../environment.ts";
import type { Session } from "./session.ts";
import type { StatementOutput } from "./statement_output.ts";

const QUESTION = "-- more -- (space: page, Enter: line, q: end)";
// deno-lint-ignore no-control-regex -- this is what it looks for
const STYLE = /\x1b\[[0-9;]*m/g;
const END_KEYS: ReadonlySet<string> = new Set(["q", "escape", "C-c", "C-d"]);
const LINE_KEYS: ReadonlySet<string> = new Set(["return", "enter", "down"]);
const PAGE_KEYS: ReadonlySet<string> = new Set([" ", "pagedown"]);
const ERASE_LINE = "\r\x1b[K";
const TAB_WIDTH = 8;

/**
 * The terminal, a screen at a time: after each one a key is waited for.
 * Without a keyboard, in a script, or where the data does not go to a person,
 * everything is written at once. Bytes that are no text are written as they
 * are.
 */
export class PagedOutput implements StatementOutput {
  readonly #session: Session;
  readonly #signal: AbortSignal;
  #left: number;
  /** Between two keys the terminal shows none either. */
  #held: Disposable | undefined;
  /** What was typed at once with the last key. */
  #typed = "";

  /** Begins with an empty screen; `signal` ends a wait. */
  constructor(session: Session, signal: AbortSignal) {
    this.#session = session;
    this.#signal = signal;
    this.#left = this.#screen();
  }

  /** Is ready. */
  open(): Promise<void> {
    return Promise.resolve();
  }

  /**
   * Writes, and waits for a key where a screen is full.
   *
   * @throws {ClosedOutput} when the person wants no more
   */
  async write(data: string | Uint8Array): Promise<void> {
    const { terminal } = this.#session.environment;
    const keyboard = this.#keyboard();
    if (typeof data !== "string" || keyboard === undefined) {
      return await terminal.out(data);
    }
    let page = "";
    for (const line of data.match(/[^\n]*\n|[^\n]+$/g) ?? []) {
      const rows = rowsOf(line, terminal.columns());
      if (rows > this.#left && this.#left < this.#screen()) {
        await terminal.out(page);
        page = "";
        this.#left = await this.#next(keyboard);
      }
      this.#left -= rows;
      page += line;
    }
    await terminal.out(page);
  }

  /** Has nothing to complete. */
  finish(status: number): Promise<number> {
    this.#release();
    return Promise.resolve(status);
  }

  /** Gives the terminal back. */
  dispose(): Promise<void> {
    this.#release();
    return Promise.resolve();
  }

  /** Who turns the pages. */
  #keyboard(): Keyboard | undefined {
    const { keyboard, terminal } = this.#session.environment;
    return terminal.outIsTerminal ? keyboard : undefined;
  }

  #screen(): number {
    return Math.max(1, this.#session.environment.terminal.rows() - 1);
  }

  #release(): void {
    this.#held?.[Symbol.dispose]();
    this.#held = undefined;
  }

  /** How many rows may follow. */
  async #next(keyboard: Keyboard): Promise<number> {
    const { terminal } = this.#session.environment;
    this.#held ??= keyboard.holdKeys?.();
    // Before it is asked: whoever sees the question may answer it.
    using keys = keyboard.openKeys();
    terminal.err(QUESTION);
    try {
      while (true) {
        const name = await this.#key(keys);
        if (name === undefined || END_KEYS.has(name)) throw new ClosedOutput();
        if (LINE_KEYS.has(name)) return 1;
        if (PAGE_KEYS.has(name)) return this.#screen();
      }
    } catch (error) {
      // A Ctrl-C a moment before the question is one at the question.
      throw this.#isStopped() ? new ClosedOutput() : error;
    } finally {
      terminal.err(ERASE_LINE);
    }
  }

  /** Whether the statement is stopped, and the session is not. */
  #isStopped(): boolean {
    return this.#signal.aborted && !this.#session.environment.signal.aborted;
  }

  /** The name of the next key, or what it stands for; undefined: no more. */
  async #key(keys: KeySource): Promise<string | undefined> {
    if (this.#typed === "") {
      const key = await keys.next(this.#signal);
      if (key?.name !== "text") return key?.ctrl ? `C-${key.name}` : key?.name;
      this.#typed = key.text;
    }
    const [first] = this.#typed;
    this.#typed = this.#typed.slice(first?.length);
    return first;
  }
}

/** Rows of the screen that a line takes. */
function rowsOf(line: string, columns: number): number {
  const text = line.replace(/\r?\n$/, "").replace(STYLE, "");
  const width = text.split("\t").reduce(
    (sum, piece, index) =>
      (index === 0 ? 0 : sum - sum % TAB_WIDTH + TAB_WIDTH) +
      displayWidth(piece),
    0,
  );
  return Math.max(1, Math.ceil(width / Math.max(1, columns)));
}
