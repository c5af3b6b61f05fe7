/**
 * Stands for `@cliffy/prompt`: one question on a terminal or a pipe, and what
 * is typed may stay hidden.
 *
 * @module
 */

import { CancelledError, throwIfAborted, UsageError } from "../base/mod.ts";
import { orAborted } from "./_or_aborted.ts";
import { HiddenLine } from "./_hidden_line.ts";

// A line that is longer is none that a person or a script meant.
const LIMIT_BYTES = 16 * 1024;
const REST_BYTES = 64 * 1024;

const NEWLINE = 10;

/** The standard input of a process, as a question needs it. */
export interface PromptInput {
  /** Reads into a buffer; null at the end. */
  read(buffer: Uint8Array): Promise<number | null>;
  /** Whether a person types. */
  isTerminal(): boolean;
  /** Whether the terminal gives each key as it is, and shows none. */
  setRaw(isRaw: boolean): void;
}

/** What a question is asked with. */
export interface PromptOptions {
  /** Where the answer comes from. */
  input: PromptInput;
  /** Shows the question. */
  write: (text: string) => void;
  /** Whether what is typed is not shown. */
  isHidden?: boolean;
  /** Ends the wait. */
  signal?: AbortSignal;
}

/**
 * Asks a question and reads one line, byte by byte: what follows is left to
 * whoever reads next. Hidden, Backspace, Ctrl-U, Ctrl-C and Ctrl-D work as on
 * any terminal, which gets its mode back however this ends.
 *
 * @returns the line without its end; undefined when the input ended before
 * @throws {UsageError} for a line of more than 16 KiB; nothing of it is quoted
 * @throws {CancelledError} when Ctrl-C was typed or the signal is aborted
 */
export async function ask(
  question: string,
  { input, write, isHidden = false, signal }: PromptOptions,
): Promise<string | undefined> {
  throwIfAborted(signal);
  if (!isHidden || !input.isTerminal()) {
    write(question);
    return await readLine(input, signal);
  }
  // Whoever sees the question may answer it, and nobody is to see that.
  input.setRaw(true);
  try {
    write(question);
    return await readHidden(input, signal);
  } finally {
    input.setRaw(false);
    // Nobody has seen the Enter.
    write("\n");
  }
}

async function readLine(
  input: PromptInput,
  signal: AbortSignal | undefined,
): Promise<string | undefined> {
  const bytes: number[] = [];
  while (bytes.length <= LIMIT_BYTES) {
    const byte = await readByte(input, signal);
    if (byte === undefined && bytes.length === 0) return undefined;
    if (byte === undefined || byte === NEWLINE) break;
    bytes.push(byte);
  }
  if (bytes.length > LIMIT_BYTES) throw tooLong();
  return new TextDecoder().decode(new Uint8Array(bytes)).replace(/\r$/, "");
}

async function readHidden(
  input: PromptInput,
  signal: AbortSignal | undefined,
): Promise<string | undefined> {
  const line = new HiddenLine();
  while (line.length <= LIMIT_BYTES) {
    const byte = await readByte(input, signal);
    if (byte === undefined) return line.length === 0 ? undefined : line.text;
    const key = line.type(byte);
    if (key === "end") return undefined;
    if (key === "enter") return line.text;
    if (key === "interrupt") throw interrupted();
  }
  await dropRest(input, signal);
  throw tooLong();
}

/** Takes the rest of a line, which a shell would take for commands. */
async function dropRest(
  input: PromptInput,
  signal: AbortSignal | undefined,
): Promise<void> {
  const line = new HiddenLine();
  const buffer = new Uint8Array(REST_BYTES);
  while (true) {
    const count = await orAborted(input.read(buffer), signal);
    if (count === null) return;
    for (const byte of buffer.subarray(0, count)) {
      const key = line.type(byte);
      if (key === "enter") return;
      if (key === "interrupt") throw interrupted();
    }
  }
}

function interrupted(): CancelledError {
  return new CancelledError("interrupted", { signalName: "SIGINT" });
}

function tooLong(): UsageError {
  return new UsageError(`what was given is longer than ${LIMIT_BYTES} bytes`);
}

/** The next byte; undefined at the end. */
async function readByte(
  input: PromptInput,
  signal: AbortSignal | undefined,
): Promise<number | undefined> {
  const buffer = new Uint8Array(1);
  const count = await orAborted(input.read(buffer), signal);
  return count === null ? undefined : buffer[0];
}
