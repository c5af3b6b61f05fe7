/**
 * Stands for the keyboard: node:readline takes the bytes of a terminal apart
 * (emitKeypressEvents).
 *
 * @module
 */

import process from "node:process";
import { emitKeypressEvents } from "node:readline";
import type { Readable } from "node:stream";
import type { Key, KeySource } from "../base/mod.ts";
import { KeyDecoder, type Keypress } from "./_key_decoder.ts";

// What is the last that a program hears when something ends it.
const ENDS = ["unload", "error", "unhandledrejection"];

// DEC private mode 2004: what is pasted comes between two marks.
const PASTE_MARKS_ON = "\x1b[?2004h";
const PASTE_MARKS_OFF = "\x1b[?2004l";

const PLAIN = { text: "", ctrl: false, alt: false, shift: false };
const RESIZE: Key = { ...PLAIN, name: "resize" };
const RESUME: Key = { ...PLAIN, name: "resume" };

/** How the keyboard is read. */
export interface OpenKeysOptions {
  /** The keyboard; default: standard input. */
  input?: KeyInput;
  /** Takes a Ctrl-C that nobody asks for as a key any more. */
  interrupt?: () => void;
}

/** A stream of key presses; a terminal has the methods. */
export type KeyInput = Readable & {
  setRawMode?(isRaw: boolean): unknown;
  ref?(): unknown;
  unref?(): unknown;
};

/**
 * Reads the keyboard key by key: raw mode and bracketed paste, until it is
 * disposed of, and at the latest when the process exits or something is
 * thrown that nobody catches. Keys that were read but not asked for are there
 * when the same input is opened again; but with a Ctrl-C among them they are
 * dropped and it takes effect, as it would have in cooked mode (termios(3):
 * ISIG, NOFLSH).
 *
 * Deno 2.6 goes on reading after that, into the same store of keys: another
 * program that reads the terminal meanwhile does not get all of its input.
 *
 * @param write writes to the terminal
 * @throws {Error} when the terminal refuses raw mode
 */
export function openKeys(
  write: (text: string) => void,
  { input = process.stdin, interrupt = () => {} }: OpenKeysOptions = {},
): KeySource {
  return new OpenKeys(write, input, interrupt);
}

class OpenKeys implements KeySource {
  readonly #write: (text: string) => void;
  readonly #input: KeyInput;
  readonly #keys: KeyQueue;
  readonly #interrupt: () => void;
  #isOpen = true;

  constructor(
    write: (text: string) => void,
    input: KeyInput,
    interrupt: () => void,
  ) {
    this.#write = write;
    this.#input = input;
    this.#interrupt = interrupt;
    input.setRawMode?.(true);
    for (const name of ENDS) globalThis.addEventListener(name, this.#leave);
    write(PASTE_MARKS_ON);
    this.#keys = queueOf(input);
    this.#keys.interrupt = undefined;
    if (hasTerminalSignals) {
      Deno.addSignalListener("SIGWINCH", this.#onResize);
      Deno.addSignalListener("SIGCONT", this.#onContinue);
    }
    input.ref?.();
    input.resume();
  }

  next(signal?: AbortSignal): Promise<Key | undefined> {
    return this.#keys.take(signal);
  }

  [Symbol.dispose](): void {
    this.#close();
  }

  #onResize = (): void => this.#keys.add(RESIZE);

  /** Whoever had the terminal while we were stopped has set it for himself. */
  #onContinue = (): void => {
    this.#input.setRawMode?.(true);
    this.#write(PASTE_MARKS_ON);
    this.#keys.add(RESUME);
  };

  /** The program ends in the middle of a line. */
  #leave = (event: Event): void => {
    if (event.defaultPrevented || !this.#isOpen) return;
    this.#close();
    this.#write("\r\n");
  };

  #close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    if (canStopReading) this.#input.pause();
    // The process may end all the same.
    this.#input.unref?.();
    if (hasTerminalSignals) {
      Deno.removeSignalListener("SIGWINCH", this.#onResize);
      Deno.removeSignalListener("SIGCONT", this.#onContinue);
    }
    for (const name of ENDS) globalThis.removeEventListener(name, this.#leave);
    this.#write(PASTE_MARKS_OFF);
    this.#input.setRawMode?.(false);
    this.#keys.interrupt = this.#interrupt;
  }
}

/** The keys of an input that nobody has asked for yet. */
class KeyQueue {
  readonly #decoder = new KeyDecoder();
  readonly #keys: Key[] = [];
  #isEnded = false;
  #wake: () => void = () => {};
  #interrupt: (() => void) | undefined;

  /** Listens for as long as there is the input. */
  constructor(input: KeyInput) {
    emitKeypressEvents(input);
    input.on("keypress", (_text: string | undefined, press: Keypress) => {
      this.add(this.#decoder.decode(press));
    });
    // Comes after the listener of readline, which takes the same data apart.
    input.on("data", () => this.#decoder.endChunk());
    // An error is an end: the terminal has gone away (EIO).
    for (const name of ["end", "close", "error"]) {
      input.on(name, () => this.#end());
    }
    if (input.readableEnded || input.destroyed) this.#end();
  }

  /** What a Ctrl-C does; undefined: it is a key like any other. */
  set interrupt(interrupt: (() => void) | undefined) {
    this.#interrupt = interrupt;
    this.#takeInterrupt();
  }

  async take(signal: AbortSignal | undefined): Promise<Key | undefined> {
    while (true) {
      signal?.throwIfAborted();
      const key = this.#keys.shift();
      if (key !== undefined || this.#isEnded) return key;
      await this.#change(signal);
    }
  }

  /** Adds a key; text that follows text, and a second resize, are joined. */
  add(key: Key | undefined): void {
    const last = this.#keys.at(-1);
    if (key === undefined || isResize(key) && isResize(last)) return;
    if (key.name === "text" && last?.name === "text") {
      this.#keys.splice(-1, 1, { ...key, text: `${last.text}${key.text}` });
    } else this.#keys.push(key);
    this.#takeInterrupt();
    this.#wake();
  }

  #takeInterrupt(): void {
    const interrupt = this.#interrupt;
    const at = this.#keys.findLastIndex(isCtrlC);
    if (interrupt === undefined || at < 0) return;
    this.#keys.splice(0, at + 1);
    // As a signal comes: when what the last key began has begun.
    setTimeout(interrupt, 0);
  }

  #end(): void {
    this.add(this.#decoder.end());
    this.#isEnded = true;
    this.#wake();
  }

  #change(signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        signal?.removeEventListener("abort", wake);
        resolve();
      };
      this.#wake = wake;
      signal?.addEventListener("abort", wake, { once: true });
    });
  }
}

const queues = new WeakMap<KeyInput, KeyQueue>();

function queueOf(input: KeyInput): KeyQueue {
  const queue = queues.get(input) ?? new KeyQueue(input);
  queues.set(input, queue);
  return queue;
}

function isResize(key: Key | undefined): boolean {
  return key?.name === "resize";
}

function isCtrlC(key: Key): boolean {
  return key.name === "c" && key.ctrl && !key.alt;
}

const hasTerminalSignals = Deno.build.os !== "windows";

// Before Deno 2.7, a read of a terminal that is called off takes what is
// typed next with it.
const canStopReading = !/^2\.[0-6]\./.test(Deno.version.deno);
