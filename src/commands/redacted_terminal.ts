import type { Secrets, Terminal } from "../base/mod.ts";

/**
 * A terminal whose messages show none of the secrets of the run, whoever
 * writes them. Data is what was asked for and stays as it is.
 */
export class RedactedTerminal implements Terminal {
  readonly #terminal: Terminal;
  readonly #secrets: Secrets;

  /** Takes the place of `terminal`. */
  constructor(terminal: Terminal, secrets: Secrets) {
    this.#terminal = terminal;
    this.#secrets = secrets;
  }

  /** Whether data goes to a person. */
  get outIsTerminal(): boolean {
    return this.#terminal.outIsTerminal;
  }

  /** Whether messages go to a person. */
  get errIsTerminal(): boolean {
    return this.#terminal.errIsTerminal;
  }

  /** Writes data. */
  out(data: string | Uint8Array): Promise<void> {
    return this.#terminal.out(data);
  }

  /** All of standard input. */
  input(): Promise<Uint8Array<ArrayBuffer>> {
    return this.#terminal.input();
  }

  /** Asks for a line. */
  ask(
    question: string,
    options?: { isHidden?: boolean; signal?: AbortSignal },
  ): Promise<string | undefined> {
    return this.#terminal.ask(question, options);
  }

  /** Writes a message, without secrets. */
  err(text: string): void {
    this.#terminal.err(this.#secrets.redact(text));
  }

  /** Width in characters. */
  columns(): number {
    return this.#terminal.columns();
  }

  /** Height in lines. */
  rows(): number {
    return this.#terminal.rows();
  }
}
