import type { Terminal } from "../../base/mod.ts";
import type { StatementOutput } from "./statement_output.ts";

/** The output of the statement that runs a file, for those in the file. */
export class PassedOutput implements StatementOutput {
  readonly #terminal: Pick<Terminal, "out">;

  /** Writes to `terminal`, as it is. */
  constructor(terminal: Pick<Terminal, "out">) {
    this.#terminal = terminal;
  }

  /** Is ready. */
  open(): Promise<void> {
    return Promise.resolve();
  }

  /**
   * Hands data on.
   *
   * @throws {ClosedOutput} when nobody takes any more
   */
  write(data: string | Uint8Array): Promise<void> {
    return this.#terminal.out(data);
  }

  /** Has nothing to complete. */
  finish(status: number): Promise<number> {
    return Promise.resolve(status);
  }

  /** Nothing is open. */
  dispose(): Promise<void> {
    return Promise.resolve();
  }
}
