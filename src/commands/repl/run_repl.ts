import { throwIfAborted } from "../../base/mod.ts";
import type { Environment } from "../environment.ts";
import { StatusError } from "../status_error.ts";
import { runInteractive } from "./run_interactive.ts";
import { runScript } from "./run_script.ts";
import { Session, type SessionOptions } from "./session.ts";

/**
 * Runs a session to its end: with a person at the keyboard, else the lines of
 * standard input as a script.
 *
 * @throws {StatusError} with the status of the first line of a script that
 * failed, or of a job that it has left behind
 * @throws {CancelledError} when the signal of the environment is aborted
 */
export async function runRepl(options: SessionOptions): Promise<void> {
  const session = new Session(options);
  const { environment } = session;
  const { keyboard, signal } = environment;
  try {
    if (keyboard !== undefined) return await runInteractive(session, keyboard);
    const status = await runLines(session);
    if (status !== 0) throw new StatusError(status);
    throwIfAborted(signal);
  } finally {
    await session.jobs.endAll();
  }
}

/** Runs standard input, and gives the status of the first failure. */
async function runLines(session: Session): Promise<number> {
  const { environment } = session;
  const { signal } = environment;
  const lines = linesOf(environment);
  const status = await runScript(session, { lines }, signal);
  const isOver = session.isEnded || session.isFailFast && status !== 0;
  if (isOver || signal.aborted) return status;
  // Nobody sits there who could be waited for, so nothing is cut off.
  const left = await session.run("wait", signal);
  return status === 0 ? left : status;
}

/** What stands in for standard input may only be able to answer. */
async function* linesOf(
  { inputLines, terminal, signal }: Environment,
): AsyncGenerator<string> {
  if (inputLines !== undefined) return yield* inputLines(signal);
  while (true) {
    let line: string | undefined;
    try {
      line = await terminal.ask("", { signal });
    } catch (error) {
      // Whoever gave up may say so in words of their own.
      throwIfAborted(signal);
      throw error;
    }
    if (line === undefined) return;
    yield line;
  }
}
