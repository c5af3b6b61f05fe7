import { throwIfAborted } from "../../base/mod.ts";
import type {
  Environment,
  ProgramOutput as ProgramSink,
  RunningProgram,
} from "../environment.ts";
import type { StatementOutput } from "./statement_output.ts";

/** The program of a statement, and what it works with. */
export interface ProgramOutputOptions {
  /** Starts programs. */
  startProgram: Environment["startProgram"];
  /** Its line for the system's shell. */
  line: string;
  /** Takes what it writes; undefined: it goes where ours does. */
  sink: ProgramSink | undefined;
  /** Ends it. */
  signal: AbortSignal;
  /** Ends the statement, which then starts no program any more. */
  statementSignal: AbortSignal;
}

/**
 * A program that reads the output of a statement. It is started when there is
 * something to read, or when the command has ended well: one that fails before
 * it has written anything starts none.
 */
export class ProgramOutput implements StatementOutput {
  readonly #options: ProgramOutputOptions;
  #program: RunningProgram | undefined;
  #stopListening: () => void = () => {};

  /** Starts nothing yet. */
  constructor(options: ProgramOutputOptions) {
    this.#options = options;
  }

  /** Is ready. */
  open(): Promise<void> {
    return Promise.resolve();
  }

  /**
   * Gives it to the program.
   *
   * @throws {ClosedOutput} when it does not read any more
   * @throws {LocalError} when there is no shell
   * @throws {CancelledError} when the statement was ended before
   */
  async write(data: string | Uint8Array): Promise<void> {
    const bytes = typeof data === "string"
      ? new TextEncoder().encode(data)
      : data;
    await this.#running().write(bytes);
  }

  /**
   * Waits for the end of the program.
   *
   * @returns its exit status if it has failed, else that of the command, as
   * POSIX shells have it with `pipefail`
   * @throws {LocalError} when there is no shell
   * @throws {CancelledError} when the statement was ended before
   */
  async finish(status: number): Promise<number> {
    if (this.#program === undefined && status !== 0) return status;
    const program = this.#running();
    this.#program = undefined;
    const ended = await program.finish();
    this.#stopListening();
    return ended === 0 ? status : ended;
  }

  /** Ends its input and waits for its end. */
  async dispose(): Promise<void> {
    await this.#program?.finish();
    this.#stopListening();
  }

  #running(): RunningProgram {
    return this.#program ??= this.#start();
  }

  #start(): RunningProgram {
    const { startProgram, line, sink, signal } = this.#options;
    // Ctrl-C came too early to reach it.
    throwIfAborted(this.#options.statementSignal);
    const program = startProgram(line, sink);
    signal.addEventListener("abort", program.stop, { once: true });
    this.#stopListening = () =>
      signal.removeEventListener("abort", program.stop);
    if (signal.aborted) program.stop();
    return program;
  }
}
