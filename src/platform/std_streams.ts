/**
 * Stands for `@std/streams`: writing all of a buffer to the standard streams
 * (writeAll). Everything else about streams is the web's own.
 *
 * @module
 */

import { ClosedOutput, type Terminal } from "../base/mod.ts";
import { ask, type PromptInput } from "./cliffy_prompt.ts";
import { readLines } from "./_read_lines.ts";
import { localError } from "./local_error.ts";

/** A {@linkcode Terminal} of a process. */
export interface ProcessTerminal extends Terminal {
  /**
   * Whether a question was given up while it waited. Nothing can take back
   * that read, and it would keep the process until somebody types.
   */
  readonly isStillReading: boolean;
  /**
   * Standard input line by line, as a script is read. It is read ahead: nobody
   * else may read it then.
   *
   * @throws {CancelledError} when the signal is aborted
   * @throws {UsageError} for a line of more than 16 MiB
   * @throws {LocalError} when it cannot be read, as a directory
   */
  lines(signal: AbortSignal): AsyncGenerator<string, void, void>;
}

/** The process's own standard streams. */
export function createTerminal(): ProcessTerminal {
  const encoder = new TextEncoder();
  const input = countingReads();
  const err = (text: string) => {
    let bytes = encoder.encode(text);
    try {
      while (bytes.length > 0) {
        bytes = bytes.subarray(Deno.stderr.writeSync(bytes));
      }
    } catch {
      // Nobody to tell.
    }
  };
  return {
    async out(data) {
      let bytes = typeof data === "string" ? encoder.encode(data) : data;
      try {
        while (bytes.length > 0) {
          bytes = bytes.subarray(await Deno.stdout.write(bytes));
        }
      } catch (error) {
        if (error instanceof Deno.errors.BrokenPipe) throw new ClosedOutput();
        throw localError("cannot write to", "standard output", error);
      }
    },
    async input() {
      try {
        const whole = new Response(Deno.stdin.readable);
        return new Uint8Array(await whole.arrayBuffer());
      } catch (error) {
        throw localError("cannot read", "standard input", error);
      }
    },
    get isStillReading() {
      return input.isReading;
    },
    ask: (question, options) =>
      ask(question, { ...options, input, write: err }),
    lines: (signal) => readLines(input, signal),
    err,
    outIsTerminal: Deno.stdout.isTerminal(),
    errIsTerminal: Deno.stderr.isTerminal(),
    columns: () => consoleSize()?.columns || 80,
    rows: () => consoleSize()?.rows || 24,
  };
}

/** Standard input that knows whether it waits. */
function countingReads(): PromptInput & { readonly isReading: boolean } {
  let reads = 0;
  return {
    get isReading() {
      return reads > 0;
    },
    async read(buffer) {
      reads++;
      try {
        return await Deno.stdin.read(buffer);
      } catch (error) {
        throw localError("cannot read", "standard input", error);
      } finally {
        reads--;
      }
    },
    isTerminal: () => Deno.stdin.isTerminal(),
    setRaw: (isRaw) => Deno.stdin.setRaw(isRaw),
  };
}

/** Asked at each call: a window changes. */
function consoleSize(): { columns: number; rows: number } | undefined {
  try {
    return Deno.consoleSize();
  } catch {
    // No standard stream is a terminal.
    return undefined;
  }
}

/** Whether standard input is a terminal, so that somebody may be typing. */
export function isInputTerminal(): boolean {
  return Deno.stdin.isTerminal();
}
