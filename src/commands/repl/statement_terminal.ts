import { type Terminal, UsageError } from "../../base/mod.ts";
import type { ViewSize } from "./last_answer.ts";
import { FileOutput } from "./file_output.ts";
import { hiddenAnswer } from "./hidden_answer.ts";
import type { JobOutput } from "./job_output.ts";
import { PagedOutput } from "./paged_output.ts";
import { ProgramOutput } from "./program_output.ts";
import type { StatementRun } from "./run_words.ts";
import type { Session } from "./session.ts";
import type { StatementOutput } from "./statement_output.ts";

/** The terminal of one statement: it may be a program, a file, or a job. */
export class StatementTerminal implements Terminal, AsyncDisposable {
  readonly outIsTerminal: boolean;
  readonly errIsTerminal: boolean;
  readonly #session: Session;
  readonly #output: StatementOutput;
  readonly #job: JobOutput | undefined;

  /**
   * Opens nothing yet.
   *
   * @param signal ends the statement
   * @param job takes what a job writes, instead of the terminal
   */
  constructor(
    session: Session,
    run: StatementRun,
    signal: AbortSignal,
    job?: JobOutput,
  ) {
    const { terminal } = session.environment;
    const isDirect = run.pipe === undefined && run.file === undefined;
    this.outIsTerminal = isDirect && !job && terminal.outIsTerminal;
    this.errIsTerminal = !job && terminal.errIsTerminal;
    this.#session = session;
    this.#output = outputOf(session, run, signal, job);
    this.#job = job;
  }

  /**
   * Makes ready what it writes to.
   *
   * @throws {LocalError} when the file of the statement cannot be written
   */
  open(): Promise<void> {
    return this.#output.open();
  }

  /** Writes data. */
  out(data: string | Uint8Array): Promise<void> {
    return this.#output.write(data);
  }

  /** Refuses: what is typed, or follows in a script, is for the session. */
  input(): Promise<Uint8Array<ArrayBuffer>> {
    return Promise.reject(
      new UsageError("'-' cannot be used in a session", {
        hint: "Take it from a file: @FILE.",
      }),
    );
  }

  /** Asks the person; a job and a script get no answer. */
  async ask(
    question: string,
    options: { isHidden?: boolean; signal?: AbortSignal } = {},
  ): Promise<string | undefined> {
    const { keyboard } = this.#session.environment;
    if (this.#job !== undefined || keyboard === undefined) return undefined;
    const { terminal } = this.#session.environment;
    return await hiddenAnswer(keyboard, terminal, question, options);
  }

  /** Writes a message. */
  err(text: string): void {
    if (this.#job !== undefined) this.#job.err(text);
    else this.#session.environment.terminal.err(text);
  }

  /** Width in characters. */
  columns(): number {
    return this.#session.environment.terminal.columns();
  }

  /** Height in lines. */
  rows(): number {
    return this.#session.environment.terminal.rows();
  }

  /** How answers are shown here; undefined: as JSON. */
  viewSize(): ViewSize | undefined {
    if (!this.outIsTerminal) return undefined;
    const { variable } = this.#session.environment;
    return {
      width: this.columns(),
      // The prompt takes one.
      height: Math.max(1, this.rows() - 1),
      // See no-color.org.
      hasColor: (variable("NO_COLOR") ?? "") === "",
    };
  }

  /**
   * Completes what was written, unless the command has failed.
   *
   * @param status exit status of the command
   * @returns that of the statement
   * @throws {LocalError} when the file cannot be completed
   */
  finish(status: number): Promise<number> {
    return this.#output.finish(status);
  }

  /** Lets go of what was opened. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#output.dispose();
  }
}

function outputOf(
  session: Session,
  { pipe, file }: StatementRun,
  signal: AbortSignal,
  job: JobOutput | undefined,
): StatementOutput {
  const { environment } = session;
  if (pipe !== undefined) {
    return new ProgramOutput({
      startProgram: environment.startProgram,
      line: pipe,
      sink: job && { out: (bytes) => job.write(bytes), err: (t) => job.err(t) },
      // Ctrl-C reaches a program in front by itself, and a pager goes on.
      signal: job === undefined ? environment.signal : signal,
    });
  }
  if (file !== undefined) return new FileOutput(environment.runtime, file);
  return job ?? new PagedOutput(session, signal);
}
