import { printable, redactSecrets, type Terminal } from "../../base/mod.ts";
import type { Command } from "../command.ts";
import { Context, type GlobalSettings } from "../context.ts";
import type { Environment } from "../environment.ts";
import type { CommandTable } from "../run_command.ts";
import { initialDefaults, type SessionDefaults } from "./defaults.ts";
import { type Job, Jobs } from "./jobs.ts";
import { LastAnswer } from "./last_answer.ts";
import { References } from "./references.ts";
import { runStatement } from "./run_statement.ts";
import { rootOfSession, seedOfSession } from "./session_table.ts";
import { showError } from "./show_error.ts";
import type { OuterStatement } from "./statement_context.ts";
import { parseStatements, type Statement } from "./statement/mod.ts";

/** What a session is made of. */
export interface SessionOptions {
  /** The outside; its signal ends the session. */
  environment: Environment;
  /** What the options of `hca repl` say. */
  settings: GlobalSettings;
  /** The root of the command table. */
  program: Command;
  /** Whether a failure ends what runs line by line. */
  isFailFast?: boolean;
}

/** What lasts from one line of an interactive session to the next. */
export class Session {
  /** The outside. */
  readonly environment: Environment;
  /** What the options of `hca repl` say; each line may say otherwise. */
  readonly settings: GlobalSettings;
  /** Whether a failure ends what runs line by line. */
  readonly isFailFast: boolean;
  /** What `use` has set. */
  readonly defaults: SessionDefaults = initialDefaults();
  /** What answers showed. */
  readonly references: References = new References();
  /** The newest answer. */
  readonly lastAnswer: LastAnswer = new LastAnswer(this.references);
  /** Commands that run beside the prompt. */
  readonly jobs: Jobs;
  /** The lines that were typed here and earlier, oldest first. */
  readonly history: string[] = [];
  /** Says something that nobody waits for, when it disturbs nobody. */
  announce: (text: string) => void;
  /** Whether `exit` was said. */
  isEnded = false;
  readonly #root: Command;

  /** Begins; nothing is read or written. */
  constructor(options: SessionOptions) {
    this.environment = options.environment;
    this.settings = options.settings;
    this.isFailFast = options.isFailFast ?? false;
    const { runtime } = options.environment;
    this.announce = (text) => this.tell(text);
    this.jobs = new Jobs(runtime.clock, (job) => this.#tellEnd(job));
    this.#root = rootOfSession(this, options.program);
  }

  /** The commands; which of them stand alone is for `use service` to say. */
  get table(): CommandTable {
    const seed = seedOfSession(this.#root, this.defaults.group);
    return { root: this.#root, seed };
  }

  /**
   * Runs a text: the statements of a line, or of several. What goes wrong is
   * shown, and the rest runs all the same, unless the session is to fail fast.
   *
   * @param signal ends the command that runs, and leaves out those behind it
   * @param outer the statement that runs the file with this text
   * @returns the exit status of the first statement that failed; 0 for none
   */
  async run(
    text: string,
    signal: AbortSignal,
    outer?: OuterStatement,
  ): Promise<number> {
    let statements: Statement[];
    try {
      statements = parseStatements(text);
    } catch (error) {
      return showError(this, error, { terminal: outer?.terminal });
    }
    let first = 0;
    for (const statement of statements) {
      const status = await runStatement(this, statement, signal, outer);
      if (first === 0) first = status;
      if (this.isEnded || signal.aborted) break;
      if (status !== 0 && this.isFailFast) break;
    }
    return first;
  }

  /** Says something about what runs, now. */
  tell(text: string, terminal: Terminal = this.environment.terminal): void {
    terminal.err(redactSecrets(text));
  }

  /** Warns, in the form of messages that was asked for. */
  warn(message: string, terminal: Terminal = this.environment.terminal): void {
    const outside = { ...this.environment, terminal };
    using context = new Context(outside, this.settings);
    context.log("WARNING", message);
  }

  #tellEnd({ number, line, state, status, output }: Job): void {
    const how = state === "failed" ? `failed (exit ${status})` : state;
    const see = output.isEmpty ? "" : `; 'wait ${number}' shows what it wrote`;
    this.announce(`[${number}] ${how}: ${printable(line)}${see}\n`);
  }
}
