import type { Environment } from "../environment.ts";
import { keptLine } from "./history_secrets.ts";
import { runWords, type StatementRun } from "./run_words.ts";
import type { Session } from "./session.ts";
import { showError } from "./show_error.ts";
import type { OuterStatement } from "./statement_context.ts";
import { expandWord, quoteWord, type Statement } from "./statement/mod.ts";

/**
 * Runs one statement: in front of the prompt, with its output where it goes,
 * or beside it as a job. What goes wrong is shown there.
 *
 * @param outer the statement that runs the file in which this one stands
 * @returns its exit status; 0 for a job that was started
 */
export async function runStatement(
  session: Session,
  statement: Statement,
  signal: AbortSignal,
  outer?: OuterStatement,
): Promise<number> {
  let run: StatementRun;
  try {
    run = expandStatement(session, statement);
  } catch (error) {
    return showError(session, error, { terminal: outer?.terminal });
  }
  if (!statement.isBackground) {
    return await runWords(session, run, { signal, outer });
  }
  startJob(session, run, outer);
  return 0;
}

/**
 * Puts in what its references stand for.
 *
 * @throws {UsageError} when one stands for nothing
 */
function expandStatement(
  { references, environment }: Session,
  statement: Statement,
): StatementRun {
  const home = homeOf(environment);
  const expand = (word: Statement["words"][number]) =>
    expandWord(word, { references, home });
  const typed = statement.words.map(expand);
  // Here all lines are for hca; those of documents may say it.
  const words = typed[0] === "hca" ? typed.slice(1) : typed;
  const file = statement.file && {
    path: expand(statement.file.path),
    isAppended: statement.file.isAppended,
  };
  for (const word of words) references.use(word);
  return { words, pipe: statement.pipe, file };
}

/** The user's home, which `~` stands for. */
export function homeOf({ os, variable }: Environment): string | undefined {
  return variable("HOME") ??
    (os === "windows" ? variable("USERPROFILE") : undefined);
}

function startJob(
  session: Session,
  run: StatementRun,
  outer: OuterStatement | undefined,
): void {
  const line = keptLine(run.words.map(quoteWord).join(" ")) ?? "";
  const job = session.jobs.start(line, async (jobSignal, output) => {
    const ending = session.environment.signal;
    const signal = AbortSignal.any([jobSignal, ending]);
    // It is as deep in files as the line that starts it.
    return await runWords(session, run, { signal, job: output, outer });
  });
  session.tell(`[${job.number}] started\n`, outer?.terminal);
}
