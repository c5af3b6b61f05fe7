import { ClosedOutput } from "../../base/mod.ts";
import { displayWidth } from "../../terminal/mod.ts";
import type { Keyboard } from "../environment.ts";
import type { Session } from "./session.ts";
import type { StatementOutput } from "./statement_output.ts";

const QUESTION = "-- more -- (space: page, Enter: line, q: end)";
// deno-lint-ignore no-control-regex -- this is what it looks for
const STYLE = /\x1b\[[0-9;]*m/g;
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
    return Promise.resolve(status);
  }

  /** Nothing is open. */
  dispose(): Promise<void> {
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

  /** How many rows may follow. */
  async #next(keyboard: Keyboard): Promise<number> {
    const { terminal } = this.#session.environment;
    terminal.err(QUESTION);
    using keys = keyboard.openKeys();
    try {
      while (true) {
        const key = await keys.next(this.#signal);
        const name = key?.name === "text" ? key.text[0] : key?.name;
        if (name === undefined || name === "q" || name === "escape") {
          throw new ClosedOutput();
        }
        if (key?.ctrl && (name === "c" || name === "d")) {
          throw new ClosedOutput();
        }
        if (name === "return" || name === "enter" || name === "down") return 1;
        if (name === " " || name === "space" || name === "pagedown") {
          return this.#screen();
        }
      }
    } finally {
      terminal.err(ERASE_LINE);
    }
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
