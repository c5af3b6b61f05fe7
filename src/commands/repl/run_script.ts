import type { Session } from "./session.ts";
import type { OuterStatement } from "./statement_context.ts";
import { isUnfinished } from "./statement/mod.ts";

/** Lines to run, and where they are from. */
export interface Script {
  /** What messages call it; undefined: the input, which needs no name. */
  name?: string;
  /** The lines, without their ends. */
  lines: AsyncIterable<string>;
}

/**
 * Runs lines one after the other, to the end or, with `--fail-fast`, to the
 * first that fails. What is unfinished goes on in the next line. The number
 * of each line that fails is told behind its error.
 *
 * @param signal ends the command that runs, and leaves out what follows
 * @param outer the statement that the lines are run by
 * @returns the exit status of the first line that failed; 0 for none
 */
export async function runScript(
  session: Session,
  { name, lines }: Script,
  signal: AbortSignal,
  outer?: OuterStatement,
): Promise<number> {
  const where = name === undefined ? "" : ` of ${name}`;
  let first = 0;
  for await (const { number, text } of wholeLines(lines)) {
    const status = await session.run(text, signal, outer);
    if (status !== 0) {
      session.warn(
        `line ${number}${where} failed (exit ${status})`,
        outer?.terminal,
      );
      if (first === 0) first = status;
    }
    if (session.isEnded || signal.aborted) break;
    if (status !== 0 && session.isFailFast) break;
  }
  return first;
}

/** Lines that belong together as one, with the number of the first. */
async function* wholeLines(
  lines: AsyncIterable<string>,
): AsyncGenerator<{ number: number; text: string }> {
  let begun: { number: number; text: string } | undefined;
  let number = 0;
  for await (const line of lines) {
    number++;
    begun = begun === undefined
      ? { number, text: line }
      : { ...begun, text: `${begun.text}\n${line}` };
    if (isUnfinished(begun.text)) continue;
    yield begun;
    begun = undefined;
  }
  // What is not closed says so.
  if (begun !== undefined) yield begun;
}
