#!/usr/bin/env -S deno run --allow-all
/**
 * The `hca` program: the real machine around the command table.
 *
 * @module
 */

import { type Environment, type Keyboard, main } from "./src/commands/mod.ts";
import {
  createDenoFetch,
  createKeyboard,
  createRuntime,
  createTerminal,
  environmentVariable,
  host,
  type InterruptSignal,
  interruptSignal,
  isInputTerminal,
  openBrowser,
  openSqlite,
  serve,
  startShellProgram,
  tokenizeArguments,
} from "./src/platform/mod.ts";
import { openTransferStore } from "./src/thread/mod.ts";
import metadata from "./deno.json" with { type: "json" };

/**
 * The machine as a program has it; what it opened is closed with it.
 *
 * @internal
 */
export interface Program extends Disposable {
  /** What commands get. */
  environment: Environment;
  /**
   * Whether a question was given up whose read still waits for somebody to
   * type, so that the process does not end by itself.
   */
  isStillReading: () => boolean;
}

/**
 * Puts the real machine around the command table.
 *
 * @param signals what ends it; default: the signals of the process
 * @internal
 */
export function createProgram(
  signals: InterruptSignal = interruptSignal(),
): Program {
  const opened = new DisposableStack();
  const interrupt = opened.use(signals);
  const runtime = opened.use(createRuntime());
  const terminal = createTerminal();
  const keyboard: Keyboard = createKeyboard(
    (text) => terminal.err(text),
    interrupt,
  );
  const environment: Environment = {
    version: metadata.version,
    os: host.os,
    hostDescription: host.description,
    variable: environmentVariable,
    runtime,
    terminal,
    signal: interrupt.signal,
    tokenize: tokenizeArguments,
    // Not reached from mod.ts: the core has no npm dependency.
    jmesPath: async (text, limits) => {
      const { compileJmesPath } = await import(
        "./src/platform/npm_jmespath.ts"
      );
      return compileJmesPath(text, limits);
    },
    openFetch: createDenoFetch,
    openTransferStore,
    openDatabase: openSqlite,
    openBrowser: (url) => openBrowser(url),
    startProgram: startShellProgram,
    inputLines: terminal.lines,
    ...(isInputTerminal() && { keyboard }),
    serve,
  };
  return {
    environment,
    isStillReading: () => terminal.isStillReading,
    [Symbol.dispose]: () => opened.dispose(),
  };
}

/**
 * Runs the program with a command line. What fails is told on standard error,
 * and its status is the exit code of the process.
 *
 * @param argv the words after `hca`
 */
export async function runProgram(argv: readonly string[]): Promise<void> {
  using program = createProgram();
  Deno.exitCode = await main(argv, program.environment);
  if (program.isStillReading()) Deno.exit();
}

if (import.meta.main) await runProgram(Deno.args);
