import { emitKeypressEvents } from "node:readline";
import type { Readable } from "node:stream";
import type { Key } from "../base/mod.ts";
import { KeyDecoder, type Keypress } from "./_key_decoder.ts";

/** A stream of key presses; a terminal has the methods. */
export type KeyInput = Readable & {
  setRawMode?(isRaw: boolean): unknown;
  ref?(): unknown;
  unref?(): unknown;
};

const CTRL_C: Key = {
  name: "c",
  text: "",
  ctrl: true,
  alt: false,
  shift: false,
};

/** The keys of an input that nobody has asked for yet. */
export class KeyQueue {
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

  /** The next one; undefined at the end of the input. */
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

  /**
   * Takes a SIGINT, which is a Ctrl-C for who reads keys now. What was read
   * before it is dropped, as the terminal drops what was not.
   */
  signal(): void {
    this.#keys.length = 0;
    if (this.#interrupt === undefined) this.add(CTRL_C);
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

function isResize(key: Key | undefined): boolean {
  return key?.name === "resize";
}

function isCtrlC(key: Key): boolean {
  return key.name === "c" && key.ctrl && !key.alt;
}
