/**
 * Stands for the keyboard: node:readline takes the bytes of a terminal apart
 * (emitKeypressEvents).
 *
 * @module
 */

import process from "node:process";
import type { Key, KeySource } from "../base/mod.ts";
import type { KeyInput, KeyQueue } from "./_key_queue.ts";
import { RawTerminal } from "./_raw_terminal.ts";

export type { KeyInput };

/** How the keyboard is read. */
export interface OpenKeysOptions {
  /** The keyboard; default: standard input. */
  input?: KeyInput;
  /** Takes a Ctrl-C that nobody asks for as a key any more. */
  interrupt?: () => void;
}

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

/**
 * Keeps the keyboard as `openKeys` has it, before and after that, until it is
 * disposed of. What is typed meanwhile is not shown by the terminal, and is
 * there for the next one who opens it; a Ctrl-C takes effect.
 *
 * @param write writes to the terminal
 * @throws {Error} when the terminal refuses raw mode
 */
export function holdKeys(
  write: (text: string) => void,
  { input = process.stdin, interrupt = () => {} }: OpenKeysOptions = {},
): Disposable {
  const terminal = RawTerminal.of(input);
  const held = terminal.hold(write);
  terminal.keys.interrupt = interrupt;
  return held;
}

/**
 * Tells the keyboard of a SIGINT that somebody listens to: keys that were
 * typed before it and not taken yet are dropped, as the terminal does it
 * (termios(3): ISIG, NOFLSH), and for who reads keys now it is a Ctrl-C.
 *
 * @param input the keyboard; default: standard input
 */
export function signalKeys(input: KeyInput = process.stdin): void {
  RawTerminal.find(input)?.keys.signal();
}

class OpenKeys implements KeySource {
  readonly #keys: KeyQueue;
  readonly #raw: Disposable;
  readonly #interrupt: () => void;
  #isOpen = true;

  constructor(
    write: (text: string) => void,
    input: KeyInput,
    interrupt: () => void,
  ) {
    const terminal = RawTerminal.of(input);
    this.#keys = terminal.keys;
    this.#raw = terminal.hold(write);
    this.#interrupt = interrupt;
    this.#keys.interrupt = undefined;
  }

  next(signal?: AbortSignal): Promise<Key | undefined> {
    return this.#keys.take(signal);
  }

  [Symbol.dispose](): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#raw[Symbol.dispose]();
    this.#keys.interrupt = this.#interrupt;
  }
}
