#!/usr/bin/env -S deno run --allow-all
/**
 * The `hca` program: the real machine around the command table.
 *
 * @module
 */

import { type Environment, main } from "./src/commands/mod.ts";
import {
  createDenoFetch,
  createRuntime,
  createTerminal,
  environmentVariable,
  host,
  interruptSignal,
  openBrowser,
  openSqlite,
  serve,
  tokenizeArguments,
} from "./src/platform/mod.ts";
import { openTransferStore } from "./src/thread/mod.ts";
import metadata from "./deno.json" with { type: "json" };

if (import.meta.main) {
  using runtime = createRuntime();
  using interrupt = interruptSignal();
  const terminal = createTerminal();
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
    query: async (expression, value) => {
      const { search } = await import("./src/platform/npm_jmespath.ts");
      return search(expression, value);
    },
    openFetch: createDenoFetch,
    openTransferStore,
    openDatabase: openSqlite,
    openBrowser: (url) => openBrowser(url),
    serve,
  };
  Deno.exitCode = await main(Deno.args, environment);
  // Interrupted at a question: its read would wait for somebody to type.
  if (terminal.isStillReading) Deno.exit();
}
