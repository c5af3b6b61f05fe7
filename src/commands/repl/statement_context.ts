import type { Terminal } from "../../base/mod.ts";
import { Context, type GlobalSettings } from "../context.ts";
import type { Environment } from "../environment.ts";

/** The statement that runs a file, for those in the file. */
export interface OuterStatement {
  /** Where its data and messages go. */
  terminal: Terminal;
  /** Whether its data goes to a file, a program or a job. */
  isCaptured: boolean;
  /** Whether it runs beside the prompt. */
  isJob: boolean;
  /** How many files it is in, one inside the other. */
  depth: number;
}

/** What the command of a statement gets to work with. */
export class StatementContext extends Context {
  /** The statement itself, for those that it runs. */
  readonly statement: OuterStatement;

  /** Puts it together; nothing is opened yet. */
  constructor(
    outside: Environment,
    settings: GlobalSettings,
    place: Omit<OuterStatement, "terminal">,
  ) {
    super(outside, settings);
    const { terminal } = this.environment;
    this.statement = { ...place, terminal };
  }
}

/** The statement that a command runs in; undefined when it is in none. */
export function statementOf(context: Context): OuterStatement | undefined {
  return context instanceof StatementContext ? context.statement : undefined;
}
