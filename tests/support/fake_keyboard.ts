import assert from "node:assert/strict";
import type { Key, KeySource } from "../../src/base/mod.ts";
import { type Keyboard, main } from "../../src/commands/mod.ts";
import type { TestEnvironment } from "./test_environment.ts";

/** A key with the members that matter; the others are false and empty. */
export function keyOf(name: string, members: Partial<Key> = {}): Key {
  return { name, text: "", ctrl: false, alt: false, shift: false, ...members };
}

/** A keyboard that a test types on. */
export class FakeKeyboard implements Keyboard {
  readonly #keys: Key[] = [];
  readonly #listeners: (() => void)[] = [];
  #openCount = 0;
  #holdCount = 0;
  #isEnded = false;
  /** Wakes who waits for a key. */
  #wake: (() => void) | undefined;
  /** Told when somebody waits for a key and there is none. */
  #onIdle: (() => void)[] = [];

  /** How many read the keyboard now. */
  get openCount(): number {
    return this.#openCount;
  }

  /** How many keep it as it is between two keys. */
  get holdCount(): number {
    return this.#holdCount;
  }

  /** How many have a use for Ctrl-C now. */
  get listenerCount(): number {
    return this.#listeners.length;
  }

  openKeys = (): KeySource => {
    assert.equal(this.#openCount, 0, "two read the keyboard at once");
    this.#openCount++;
    let isOpen = true;
    return {
      next: (signal) => this.#next(signal),
      [Symbol.dispose]: () => {
        if (isOpen) this.#openCount--;
        isOpen = false;
      },
    };
  };

  holdKeys = (): Disposable => {
    this.#holdCount++;
    let isHeld = true;
    return {
      [Symbol.dispose]: () => {
        if (isHeld) this.#holdCount--;
        isHeld = false;
      },
    };
  };

  onInterrupt = (listener: () => void): Disposable => {
    this.#listeners.push(listener);
    return {
      [Symbol.dispose]: () => {
        this.#listeners.splice(this.#listeners.indexOf(listener), 1);
      },
    };
  };

  /** Types characters. */
  type(text: string): void {
    this.press(keyOf("text", { text }));
  }

  /** Types a line and Enter. */
  line(text: string): void {
    if (text !== "") this.type(text);
    this.press(keyOf("return"));
  }

  /** Presses a key. */
  press(...keys: Key[]): void {
    this.#keys.push(...keys);
    const wake = this.#wake;
    this.#wake = undefined;
    wake?.();
  }

  /** Presses a letter with Ctrl. */
  ctrl(name: string): void {
    this.press(keyOf(name, { ctrl: true }));
  }

  /** The terminal goes away. */
  end(): void {
    this.#isEnded = true;
    this.press();
  }

  /** Ctrl-C while nobody reads key by key. */
  interrupt(): void {
    const listener = this.#listeners.at(-1);
    assert.ok(listener !== undefined, "nobody has a use for Ctrl-C");
    listener();
  }

  /** Resolves when somebody waits for a key that is not there yet. */
  async idle(): Promise<void> {
    if (this.#wake !== undefined) return;
    await new Promise<void>((resolve) => this.#onIdle.push(resolve));
  }

  async #next(signal: AbortSignal | undefined): Promise<Key | undefined> {
    while (true) {
      signal?.throwIfAborted();
      const key = this.#keys.shift();
      if (key !== undefined || this.#isEnded) return key;
      await this.#change(signal);
    }
  }

  #change(signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        signal?.removeEventListener("abort", wake);
        if (this.#wake === wake) this.#wake = undefined;
        resolve();
      };
      this.#wake = wake;
      signal?.addEventListener("abort", wake, { once: true });
      for (const told of this.#onIdle.splice(0)) told();
    });
  }
}

/** What a line brought. */
export interface LineResult {
  /** What went to standard output. */
  out: string;
  /** What else is on the terminal: prompt, what was typed, messages. */
  err: string;
}

// deno-lint-ignore no-control-regex -- ECMA-48, CSI.
const CONTROL = /\x1b\[[0-?]*[ -/]*[@-~]/g;

/** A session with a person at the keyboard: `hca repl` of a world. */
export class TestSession implements AsyncDisposable {
  readonly keyboard: FakeKeyboard = new FakeKeyboard();
  /** The exit status, once the session has ended. */
  readonly status: Promise<number>;
  readonly #hca: TestEnvironment;

  private constructor(hca: TestEnvironment, options: string[]) {
    this.#hca = hca;
    hca.keyboard = this.keyboard;
    hca.terminal.outIsTerminal = true;
    hca.terminal.errIsTerminal = true;
    this.status = main(["repl", ...options], hca.environment);
  }

  /** Starts it and waits for the first prompt. */
  static async start(
    hca: TestEnvironment,
    ...options: string[]
  ): Promise<TestSession> {
    const session = new TestSession(hca, options);
    await session.idle();
    return session;
  }

  /** Resolves when a key is waited for. */
  async idle(): Promise<void> {
    await Promise.race([
      this.keyboard.idle(),
      this.status.then((status) => {
        const { errText } = this.#hca.terminal;
        throw new Error(`the session has ended with ${status}: ${errText}`);
      }),
    ]);
  }

  /** What is on the terminal so far, and takes it away. */
  shown(): LineResult {
    const { terminal } = this.#hca;
    const decoder = new TextDecoder();
    const out = terminal.outChunks.map((chunk) => decoder.decode(chunk));
    const result = {
      out: out.join(""),
      err: terminal.errText.replace(CONTROL, "").replaceAll("\r", ""),
    };
    terminal.clear();
    return result;
  }

  /** Types a line, and waits until another key is waited for. */
  async line(text: string): Promise<LineResult> {
    this.shown();
    this.keyboard.line(text);
    await this.idle();
    return this.shown();
  }

  /** Ctrl-D, and the end. */
  async end(): Promise<number> {
    this.keyboard.ctrl("d");
    return await this.status;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.keyboard.end();
    await this.status;
    assert.equal(this.keyboard.openCount, 0);
    assert.equal(this.keyboard.holdCount, 0);
    assert.equal(this.keyboard.listenerCount, 0);
  }
}

/** Runs `hca repl` with lines on standard input, as a script. */
export async function runScriptLines(
  hca: TestEnvironment,
  lines: readonly string[],
  ...options: string[]
): Promise<{ status: number; out: string; err: string }> {
  hca.terminal.inputText = lines.map((line) => `${line}\n`).join("");
  return await hca.run("repl", ...options);
}
