import type { Key } from "../base/mod.ts";
import { type KeyInput, KeyQueue } from "./_key_queue.ts";

// What is the last that a program hears when something ends it.
const ENDS = ["unload", "error", "unhandledrejection"];

// DEC private mode 2004: what is pasted comes between two marks.
const PASTE_MARKS_ON = "\x1b[?2004h";
const PASTE_MARKS_OFF = "\x1b[?2004l";

const PLAIN = { text: "", ctrl: false, alt: false, shift: false };
const RESIZE: Key = { ...PLAIN, name: "resize" };
const RESUME: Key = { ...PLAIN, name: "resume" };

/** A terminal that is raw for as long as somebody holds it. */
export class RawTerminal {
  static readonly #terminals = new WeakMap<KeyInput, RawTerminal>();
  /** What is typed on it. */
  readonly keys: KeyQueue;
  readonly #input: KeyInput;
  #holders = 0;
  #write: (text: string) => void = () => {};

  private constructor(input: KeyInput) {
    this.#input = input;
    this.keys = new KeyQueue(input);
  }

  /** That of an input; there is one. */
  static of(input: KeyInput): RawTerminal {
    const found = this.find(input) ?? new RawTerminal(input);
    this.#terminals.set(input, found);
    return found;
  }

  /** That of an input which was read before. */
  static find(input: KeyInput): RawTerminal | undefined {
    return this.#terminals.get(input);
  }

  /**
   * Makes it raw, or keeps it so, until that is disposed of, and at the
   * latest when the program ends.
   *
   * @throws {Error} when the terminal refuses
   */
  hold(write: (text: string) => void): Disposable {
    if (this.#holders === 0) this.#enter(write);
    this.#holders++;
    let isHeld = true;
    return {
      [Symbol.dispose]: () => {
        if (isHeld && this.#holders === 1) this.#leave();
        if (isHeld && this.#holders > 0) this.#holders--;
        isHeld = false;
      },
    };
  }

  #enter(write: (text: string) => void): void {
    this.#write = write;
    this.#input.setRawMode?.(true);
    for (const name of ENDS) globalThis.addEventListener(name, this.#onEnd);
    write(PASTE_MARKS_ON);
    if (hasTerminalSignals) {
      Deno.addSignalListener("SIGWINCH", this.#onResize);
      Deno.addSignalListener("SIGCONT", this.#onContinue);
    }
    this.#input.ref?.();
    this.#input.resume();
  }

  #leave(): void {
    if (canStopReading) this.#input.pause();
    // The process may end all the same.
    this.#input.unref?.();
    if (hasTerminalSignals) {
      Deno.removeSignalListener("SIGWINCH", this.#onResize);
      Deno.removeSignalListener("SIGCONT", this.#onContinue);
    }
    for (const name of ENDS) globalThis.removeEventListener(name, this.#onEnd);
    this.#write(PASTE_MARKS_OFF);
    this.#input.setRawMode?.(false);
  }

  #onResize = (): void => this.keys.add(RESIZE);

  /** Whoever had the terminal while we were stopped has set it for himself. */
  #onContinue = (): void => {
    this.#input.setRawMode?.(true);
    this.#write(PASTE_MARKS_ON);
    this.keys.add(RESUME);
  };

  /** The program ends in the middle of a line. */
  #onEnd = (event: Event): void => {
    if (event.defaultPrevented || this.#holders === 0) return;
    this.#leave();
    this.#holders = 0;
    this.#write("\r\n");
  };
}

const hasTerminalSignals = Deno.build.os !== "windows";

// Before Deno 2.7, a read of a terminal that is called off takes what is
// typed next with it.
const canStopReading = !/^2\.[0-6]\./.test(Deno.version.deno);
