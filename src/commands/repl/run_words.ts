import { CancelledError, ClosedOutput } from "../../base/mod.ts";
import type { Context, GlobalSettings } from "../context.ts";
import { readGlobalSettings } from "../read_global_settings.ts";
import { executeCommand, resolveCommand } from "../run_command.ts";
import type { TargetFile } from "./file_output.ts";
import { fillArguments } from "./fill_arguments.ts";
import type { JobOutput } from "./job_output.ts";
import type { Session } from "./session.ts";
import { outsideOf } from "./session_context.ts";
import { emptyAnswerHint } from "./session_hints.ts";
import { showError } from "./show_error.ts";
import { type OuterStatement, StatementContext } from "./statement_context.ts";
import { StatementTerminal } from "./statement_terminal.ts";

/** A statement whose references are replaced. */
export interface StatementRun {
  /** The words, without a `hca` before them. */
  words: readonly string[];
  /** The program that gets its output. */
  pipe: string | undefined;
  /** The file that gets its output. */
  file: TargetFile | undefined;
}

/** How a statement is run. */
export interface StatementPlace {
  /** Ends it. */
  signal: AbortSignal;
  /** Takes what it writes when it runs beside the prompt. */
  job?: JobOutput;
  /** The statement that runs the file in which it stands. */
  outer?: OuterStatement;
}

/**
 * Runs the words of a statement by the command table, and shows what goes
 * wrong.
 *
 * @returns the exit status
 */
export async function runWords(
  session: Session,
  run: StatementRun,
  place: StatementPlace,
): Promise<number> {
  const { signal } = place;
  const settings = await settingsOf(session, run.words);
  await using terminal = new StatementTerminal(session, run, place);
  const presenter = session.lastAnswer.presenter(terminal.viewSize());
  using context = new StatementContext(
    { ...outsideOf(session, settings), terminal, signal, presenter },
    settings,
    terminal,
  );
  const path: string[] = [];
  const show = (error: unknown) =>
    showError(session, toldAs(error, signal), {
      path,
      terminal: context.environment.terminal,
      settings,
    });
  let status = 0;
  try {
    await terminal.open();
    await execute(session, run.words, context, path);
  } catch (error) {
    status = show(error);
  }
  if (status === 0) {
    presenter.commit(terminal.isJob);
    const hint = emptyAnswerHint(presenter.answer, path);
    if (hint !== undefined && terminal.errIsTerminal) context.log("INFO", hint);
  }
  try {
    return await terminal.finish(status);
  } catch (error) {
    return error instanceof ClosedOutput ? status : show(error);
  }
}

/** Finds the command, puts its words into `path`, and carries it out. */
async function execute(
  session: Session,
  words: readonly string[],
  context: Context,
  path: string[],
): Promise<void> {
  const found = await resolveCommand(words, context, session.table);
  path.push(...found.path.slice(1));
  const rest = fillArguments(found.command, found.rest, session.defaults);
  await executeCommand({ ...found, path, rest }, context);
}

/** What the line says, else what the session says. */
async function settingsOf(
  session: Session,
  words: readonly string[],
): Promise<GlobalSettings> {
  const { environment, defaults, settings } = session;
  const given = await readGlobalSettings(words, environment);
  const isGiven = (name: string) =>
    words.some((word) => word === `--${name}` || word.startsWith(`--${name}=`));
  const { logLevel, logFormat, auth } = settings;
  return {
    ...given,
    ...(!isGiven("log-level") && { logLevel }),
    ...(!isGiven("log-format") && { logFormat }),
    ...(!isGiven("auth") && !isGiven("no-auth") && auth && { auth }),
    swaggerUrl: given.swaggerUrl ?? defaults.service ?? settings.swaggerUrl,
  };
}

/** A command that a person stopped is no fault of anything. */
function toldAs(error: unknown, signal: AbortSignal): unknown {
  const isStopped = signal.aborted && error instanceof CancelledError;
  if (!isStopped || signal.reason instanceof CancelledError) {
    return isStopped ? signal.reason : error;
  }
  return new CancelledError("interrupted");
}
