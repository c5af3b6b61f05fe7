import type { Terminal } from "../base/mod.ts";
import type { DssClient } from "../services/mod.ts";
import type { Environment, Keyboard } from "./environment.ts";
import { main } from "./main.ts";

/** What a session for a script or notebook is made of. */
export interface SessionParts {
  /** The service; it is not closed. */
  client: DssClient;
  /** Where data and messages go. */
  terminal: Terminal;
  /** What a person types; without it the lines of the terminal's input. */
  keyboard: Keyboard;
  /** Ends the session. */
  signal: AbortSignal;
  /** Whether a script ends at the first line that fails. */
  isFailFast: boolean;
}

/**
 * Runs a session with some parts of the outside replaced.
 *
 * @returns the exit status
 */
export async function runSession(
  parts: Partial<SessionParts> & { environment: Environment },
): Promise<number> {
  const { environment, client, terminal, keyboard, signal, isFailFast } = parts;
  const { keyboard: own, inputLines, ...others } = environment;
  // Who brings a terminal of their own means that one to be read.
  const used = keyboard ?? (terminal === undefined ? own : undefined);
  return await main(["repl", ...(isFailFast ? ["--fail-fast"] : [])], {
    ...others,
    ...(client !== undefined && { dssClient: client }),
    ...(terminal === undefined
      ? { ...(inputLines !== undefined && { inputLines }) }
      : onTerminal(terminal, environment)),
    ...(signal !== undefined && {
      signal: AbortSignal.any([environment.signal, signal]),
    }),
    ...(used !== undefined && { keyboard: used }),
  });
}

/** Programs, too, write to a terminal that somebody has brought. */
function onTerminal(
  terminal: Terminal,
  { startProgram }: Environment,
): Pick<Environment, "terminal" | "startProgram"> {
  return {
    terminal,
    startProgram: (line, output) =>
      startProgram(
        line,
        output ?? {
          out: (bytes) => terminal.out(bytes),
          err: (text) => terminal.err(text),
        },
      ),
  };
}
