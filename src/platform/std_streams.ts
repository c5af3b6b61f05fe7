/**
 * Stands for `@std/streams`: writing all of a buffer to the standard streams
 * (writeAll). Everything else about streams is the web's own.
 *
 * @module
 */

import { ClosedOutput, type Terminal } from "../base/mod.ts";

/** The process's own standard streams. */
export function createTerminal(): Terminal {
  const encoder = new TextEncoder();
  return {
    async out(data) {
      let bytes = typeof data === "string" ? encoder.encode(data) : data;
      try {
        while (bytes.length > 0) {
          bytes = bytes.subarray(await Deno.stdout.write(bytes));
        }
      } catch (error) {
        if (error instanceof Deno.errors.BrokenPipe) throw new ClosedOutput();
        throw error;
      }
    },
    input: async () =>
      new Uint8Array(await new Response(Deno.stdin.readable).arrayBuffer()),
    err(text) {
      let bytes = encoder.encode(text);
      try {
        while (bytes.length > 0) {
          bytes = bytes.subarray(Deno.stderr.writeSync(bytes));
        }
      } catch {
        // Nobody to tell.
      }
    },
    outIsTerminal: Deno.stdout.isTerminal(),
    errIsTerminal: Deno.stderr.isTerminal(),
    columns: () => consoleSize()?.columns || 80,
    rows: () => consoleSize()?.rows || 24,
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
