/**
 * Where a person or a pipe reads and writes. Data goes to `out`; messages,
 * prompts and progress go to `err`.
 */
export interface Terminal {
  /**
   * Writes data; resolves when it was taken, so that a slow reader slows us.
   *
   * @throws {ClosedOutput} when nobody reads any more
   */
  out(data: string | Uint8Array): Promise<void>;
  /** All of standard input, to its end. */
  input(): Promise<Uint8Array<ArrayBuffer>>;
  /**
   * Asks for a line on standard error and reads it from standard input, a
   * terminal or a pipe.
   *
   * @param options.isHidden whether what is typed is not shown, as for secrets
   * @returns the line without its end; undefined when the input has ended
   * @throws {UsageError} for a line that is longer than anybody types
   * @throws {CancelledError} when Ctrl-C was typed or the signal is aborted;
   * the terminal is as it was then
   */
  ask(
    question: string,
    options?: { isHidden?: boolean; signal?: AbortSignal },
  ): Promise<string | undefined>;
  /** Writes a message; what cannot be written is lost. */
  err(text: string): void;
  /** Whether data goes to a person. */
  outIsTerminal: boolean;
  /** Whether messages go to a person. */
  errIsTerminal: boolean;
  /** Width in characters; 80 when it is not known. */
  columns(): number;
  /** Height in lines; 24 when it is not known. */
  rows(): number;
}

/** The reader of our data went away, as `head` does: an end, not a failure. */
export class ClosedOutput extends Error {
  /** Always `ClosedOutput`. */
  override readonly name = "ClosedOutput";
}
