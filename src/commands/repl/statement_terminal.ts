import { type Terminal, UsageError } from "../../base/mod.ts";
import type { ProgramOutput as ProgramSink } from "../environment.ts";
import type { ViewSize } from "./last_answer.ts";
import { FileOutput } from "./file_output.ts";
import { hiddenAnswer } from "./hidden_answer.ts";
import { PagedOutput } from "./paged_output.ts";
import { PassedOutput } from "./passed_output.ts";
import { ProgramOutput } from "./program_output.ts";
import type { StatementPlace, StatementRun } from "./run_words.ts";
import type { Session } from "./session.ts";
import type { StatementOutput } from "./statement_output.ts";

/** The terminal of one statement: it may be a program, a file, or a job. */
export class StatementTerminal implements Terminal, AsyncDisposable {
  readonly outIsTerminal: boolean;
  readonly errIsTerminal: boolean;
  /** Whether data goes to a file, a program or a job. */
  readonly isCaptured: boolean;
  /** Whether it runs beside the prompt. */
  readonly isJob: boolean;
  /** How many files it is in, one inside the other. */
  readonly depth: number;
  readonly #session: Session;
  readonly #output: StatementOutput;
  readonly #place: StatementPlace;

  /**
   * Opens nothing yet.
   *
   * @param place what ends the statement, and takes what it writes instead of
   * the terminal
   */
  constructor(session: Session, run: StatementRun, place: StatementPlace) {
    const { job, outer } = place;
    const terminal = outer?.terminal ?? session.environment.terminal;
    const isDirect = run.pipe === undefined && run.file === undefined && !job;
    this.outIsTerminal = isDirect && terminal.outIsTerminal;
    this.errIsTerminal = !job && terminal.errIsTerminal;
    this.isCaptured = !isDirect || (outer?.isCaptured ?? false);
    this.isJob = job !== undefined || (outer?.isJob ?? false);
    this.depth = outer === undefined ? 0 : outer.depth + 1;
    this.#session = session;
    this.#output = outputOf(session, run, place);
    this.#place = place;
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
    const { keyboard, terminal } = this.#session.environment;
    if (this.isJob || keyboard === undefined) return undefined;
    return await hiddenAnswer(keyboard, terminal, question, options);
  }

  /** Writes a message. */
  err(text: string): void {
    const { job, outer } = this.#place;
    (job ?? outer?.terminal ?? this.#session.environment.terminal).err(text);
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
  place: StatementPlace,
): StatementOutput {
  const { environment } = session;
  const { signal, job, outer } = place;
  if (pipe !== undefined) {
    const sink = sinkOf(place);
    return new ProgramOutput({
      startProgram: environment.startProgram,
      line: pipe,
      sink,
      // Ctrl-C reaches a program in front by itself, and a pager goes on.
      signal: sink === undefined ? environment.signal : signal,
      statementSignal: signal,
    });
  }
  if (file !== undefined) return new FileOutput(environment.runtime, file);
  if (job !== undefined) return job;
  if (outer === undefined) return new PagedOutput(session, signal);
  return new PassedOutput(
    outer.isCaptured ? outer.terminal : environment.terminal,
  );
}

/** What a program writes to; undefined: it goes where ours does. */
function sinkOf({ job, outer }: StatementPlace): ProgramSink | undefined {
  if (job !== undefined) {
    return { out: (bytes) => job.write(bytes), err: (text) => job.err(text) };
  }
  if (!outer?.isCaptured) return undefined;
  const { terminal } = outer;
  return {
    out: (bytes) => terminal.out(bytes),
    err: (text) => terminal.err(text),
  };
}
