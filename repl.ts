#!/usr/bin/env -S deno run --allow-all
/**
 * The interactive session of hca, as a program and for scripts and notebooks.
 *
 * @module
 */

import { createProgram, runProgram } from "./cli.ts";
import { runSession, type SessionParts } from "./src/commands/mod.ts";
import { scopedInterrupts } from "./src/platform/mod.ts";

export type { Key, KeySource, Terminal } from "./src/base/mod.ts";
export type { Keyboard, SessionParts } from "./src/commands/mod.ts";

/** What {@linkcode startRepl} may get; every part has a default. */
export type ReplOptions = Partial<SessionParts>;

/**
 * Starts a session and runs it until its end: `exit`, Ctrl-D, or the end of
 * the input. The process and its signals stay the caller's: only while a
 * session reads the process's own keyboard, Ctrl-C (SIGINT) is for it.
 *
 * @param options.client the service; default: as configured
 * @param options.terminal where data and messages go; default: the process's
 * own standard streams
 * @param options.keyboard what a person types; default: standard input, if
 * it is a terminal and no `terminal` was given
 * @param options.signal ends the session; the command that runs is stopped
 * @param options.isFailFast whether a script ends at the first failure
 * @returns the exit status: 0, that of the first line of a script that
 * failed, or 130 when the signal has ended it
 */
export async function startRepl(options: ReplOptions = {}): Promise<number> {
  using program = createProgram(scopedInterrupts());
  return await runSession({ ...options, environment: program.environment });
}

if (import.meta.main) await runProgram(["repl", ...Deno.args]);
