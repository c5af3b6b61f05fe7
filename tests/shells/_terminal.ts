/**
 * Interactive sessions of hca in a pseudo-terminal: started from a plain
 * shell, which says afterwards how they ended and what they left behind.
 *
 * @module
 */

import assert from "node:assert/strict";
import { join } from "node:path";
import { Sandbox } from "../e2e/_program.ts";
import { PlainTerminal } from "./_plain_terminal.ts";
import { isInstalled } from "./_shell.ts";

const isRequired = Deno.env.get("HCA_REQUIRE_SHELLS") === "1";

/** Whether these tests cannot run here. */
export const isSkipped = !isRequired && !await isInstalled("tmux");

const DEADLINE_MS = 20_000;
const POLL_MS = 10;

// The end of a prompt that waits for a line.
const MARK = "▸";

/** What a session is started with. */
export interface SessionStart {
  /** Words behind `hca`; default: `repl`. */
  args?: string;
  /** Variables of this one session, as in `PATH=`. */
  variables?: string;
}

/** What a terminal is opened with. */
export interface TerminalOptions {
  /** Variables of the shell. */
  variables?: Record<string, string>;
  /** The words that start hca; default: the program under test. */
  program?: readonly string[];
}

/** A terminal with a shell, in which sessions are started. */
export class SessionTerminal implements AsyncDisposable {
  /** Where everything is. */
  readonly sandbox: Sandbox;
  /** The terminal itself. */
  readonly plain: PlainTerminal;
  #startCount = 0;

  private constructor(sandbox: Sandbox, plain: PlainTerminal) {
    this.sandbox = sandbox;
    this.plain = plain;
  }

  /** Opens a terminal; there is no session in it yet. */
  static async open(options: TerminalOptions = {}): Promise<SessionTerminal> {
    const sandbox = await Sandbox.create();
    const store = join(sandbox.directory, "store");
    const { variables, program } = options;
    const settings = { HCA_LOCAL_DIR: store, ...variables };
    const plain = await PlainTerminal.open(sandbox, settings, program);
    return new SessionTerminal(sandbox, plain);
  }

  /** Starts a session and waits for its prompt. */
  async start({ args = "repl", variables = "" }: SessionStart = {}): Promise<
    void
  > {
    const number = ++this.#startCount;
    const lines = [
      `stty -a >../before; ${variables} ../hca ${args}; echo "status $?"`,
      `stty -a >../after; echo "end ${number}"`,
    ];
    await this.plain.type(lines.join("; "));
    await this.plain.press("Enter");
    await this.prompts();
  }

  /** Waits until the last line is a prompt with nothing behind it. */
  async prompts(): Promise<void> {
    await this.plain.shows(new RegExp(`${MARK}\\s*$`));
  }

  /** Waits until the last line is a prompt with a text behind it. */
  async edits(text: string): Promise<void> {
    await this.plain.shows(new RegExp(`${MARK} ${literal(text)}\\s*$`));
  }

  /**
   * Gives up what is typed and clears the window, whatever goes on. A Ctrl-C
   * that is a signal takes keys with it, so once is not enough.
   */
  async clears(): Promise<void> {
    let count = 0;
    await until(async () => {
      await this.plain.press("C-c");
      await this.plain.press("C-l");
      await new Promise((resolve) => setTimeout(resolve, 10 * POLL_MS));
      const lines = (await this.plain.visible()).trimEnd().split("\n");
      return lines.length === 1 && lines[0]?.endsWith(MARK) === true &&
        ++count > 1;
    });
  }

  /** Types a line, waits until it is shown, and presses Enter. */
  async enter(line: string): Promise<void> {
    await this.plain.type(line);
    await this.edits(line);
    await this.plain.press("Enter");
  }

  /**
   * Enters a line and waits for the next prompt.
   *
   * @returns what is on the screen between the two
   */
  async run(line: string): Promise<string> {
    await this.enter(line);
    await this.prompts();
    return await this.answer(line);
  }

  /** What is on the screen between the last `line` and the last prompt. */
  async answer(line: string): Promise<string> {
    const screen = (await this.plain.screen()).trimEnd();
    const mark = `${MARK} ${line}\n`;
    const start = screen.lastIndexOf(mark) + mark.length;
    return screen.slice(start, screen.lastIndexOf("\n") + 1);
  }

  /** The process of the session. */
  async pid(): Promise<number> {
    const path = join(this.sandbox.directory, "pid");
    return Number(await Deno.readTextFile(path));
  }

  /** Presses Ctrl-D and checks that the session ends well. */
  async end(): Promise<void> {
    await this.plain.press("C-d");
    await this.ends(0);
  }

  /**
   * Waits for the end of the session, and checks its status and that the
   * terminal is as it was: its mode, its cursor, and what a paste gives.
   */
  async ends(status: number): Promise<void> {
    const end = `end ${this.#startCount}`;
    const [, found] = await this.plain.shows(
      new RegExp(`^status (\\d+)\\n${end}\\nready>\\s*$`, "m"),
    );
    const [before, after] = await Promise.all(
      ["before", "after"].map((name) => this.#mode(name)),
    );
    assert.equal(after, before, "stty -a");
    assert.equal(await this.plain.property("cursor_flag"), "1");
    // In raw mode and with marks the shell would not get this line so.
    await this.plain.paste(`: pasted ${this.#startCount}\n`);
    await this.plain.shows(
      new RegExp(`^ready> : pasted ${this.#startCount}\\nready>\\s*$`, "m"),
    );
    assert.equal(Number(found), status);
  }

  /** What `stty -a` said; the size of the window is for tmux to say. */
  async #mode(name: string): Promise<string> {
    const path = join(this.sandbox.directory, name);
    const text = await Deno.readTextFile(path);
    assert.match(text, /\bicanon\b/);
    return text.replace(/rows \d+; columns \d+;/, "");
  }

  /** Ends the shell and what is in it. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.plain[Symbol.asyncDispose]();
    await this.sandbox[Symbol.asyncDispose]();
  }
}

/** A pattern that only a text matches. */
export function literal(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

/** Waits for something in this process. */
export async function until(
  isTrue: () => boolean | Promise<boolean>,
): Promise<void> {
  const end = performance.now() + DEADLINE_MS;
  while (!await isTrue()) {
    if (performance.now() > end) throw new Error(`never: ${isTrue}`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
