import type { KeySource, Terminal } from "../../../base/mod.ts";
import { throwIfAborted } from "../../../base/mod.ts";
import { definitions, wrap } from "../../../terminal/mod.ts";
import type { Environment } from "../../environment.ts";

// Longer lines are hard to read.
const WIDTH = 80;

/** Shows a tour, and waits for the person who takes it. */
export class TourScreen {
  readonly #terminal: Terminal;
  readonly #openKeys: (() => KeySource) | undefined;
  readonly #hasColor: boolean;

  /** Shows nothing yet. */
  constructor({ terminal, keyboard, variable }: Environment) {
    this.#terminal = terminal;
    this.#openKeys = keyboard?.openKeys;
    // See no-color.org.
    this.#hasColor = terminal.outIsTerminal &&
      (variable("NO_COLOR") ?? "") === "";
  }

  /** Whether somebody is there to press keys. */
  get hasKeyboard(): boolean {
    return this.#openKeys !== undefined;
  }

  /** Writes a heading. */
  async title(text: string): Promise<void> {
    const line = wrap(text, this.#width());
    const shown = this.#hasColor ? `\x1b[1m${line}\x1b[0m` : line;
    await this.#terminal.out(`\n${shown}\n`);
  }

  /** Writes a paragraph. */
  async say(text: string): Promise<void> {
    await this.#terminal.out(`${wrap(text, this.#width())}\n`);
  }

  /** Writes two columns. */
  async list(entries: readonly (readonly [string, string])[]): Promise<void> {
    await this.#terminal.out(`${definitions(entries, this.#width())}\n`);
  }

  /**
   * Writes a line as if it were typed, and waits for Enter.
   *
   * @returns false when the person wants no more; without a keyboard true
   * @throws {CancelledError} when `signal` is aborted
   */
  async prompt(text: string, signal: AbortSignal): Promise<boolean> {
    const isGoingOn = await this.#ask(text, signal);
    await this.#terminal.out("\n");
    return isGoingOn;
  }

  async #ask(text: string, signal: AbortSignal): Promise<boolean> {
    // Before it is shown: whoever sees it may press the key.
    using keys = this.#openKeys?.();
    await this.#terminal.out(text);
    return keys === undefined || await isEnter(keys, signal);
  }

  #width(): number {
    return Math.min(this.#terminal.columns(), WIDTH);
  }
}

async function isEnter(keys: KeySource, signal: AbortSignal): Promise<boolean> {
  while (true) {
    const key = await keys.next(signal).catch((error) => {
      throwIfAborted(signal);
      throw error;
    });
    if (key === undefined || key.name === "escape") return false;
    if (key.ctrl && (key.name === "c" || key.name === "d")) return false;
    if (key.name === "text" && key.text.startsWith("q")) return false;
    if (key.name === "return" || key.name === "enter") return true;
  }
}
