/**
 * A plain `sh` in a pseudo-terminal, which leaves the mode of the terminal
 * as programs leave it; typed into through tmux.
 *
 * @module
 */

import { join } from "node:path";
import { programWords, type Sandbox } from "../e2e/_program.ts";

const PROMPT = "ready> ";
const DEADLINE_MS = 20_000;
const POLL_MS = 20;

/** One terminal with a shell and hca in it. */
export class PlainTerminal implements AsyncDisposable {
  readonly #socket: string;

  private constructor(socket: string) {
    this.#socket = socket;
  }

  /**
   * Starts the shell; hca is `hca` in it.
   *
   * @param program the words that start hca
   */
  static async open(
    sandbox: Sandbox,
    variables: Record<string, string>,
    program: readonly string[] = programWords(),
  ): Promise<PlainTerminal> {
    const terminal = new PlainTerminal(join(sandbox.directory, "tmux"));
    const path = join(sandbox.directory, "hca");
    const words = program.map(quote).join(" ");
    // The process stays the same when it becomes hca.
    const lines = `#!/bin/sh\necho $$ >"\${0%/*}/pid"\nexec ${words} "$@"\n`;
    await Deno.writeTextFile(path, lines);
    await Deno.chmod(path, 0o755);
    const settings = { ...sandbox.environment, ...variables, PS1: PROMPT };
    await terminal.#tmux(
      ...["new-session", "-d", "-s", "one", "-x", "200", "-y", "40"],
      ...["-c", sandbox.work, "--", "env", "-i", "TERM=screen"],
      `PATH=${sandbox.directory}:${Deno.env.get("PATH") ?? ""}`,
      ...Object.entries(settings).map((pair) => pair.join("=")),
      "sh",
    );
    await terminal.shows(/^ready> $/m);
    return terminal;
  }

  /** Types a text, key by key. */
  async type(text: string): Promise<void> {
    await this.#tmux("send-keys", "-t", "one", "-l", "--", text);
  }

  /** Presses keys that have names, as in `Enter` or `C-c`, at once. */
  async press(...keys: string[]): Promise<void> {
    await this.#tmux("send-keys", "-t", "one", ...keys);
  }

  /**
   * Pastes a text.
   *
   * @param isMarked whether it comes between marks, if they were asked for;
   * else its bytes come as if they were typed, all at once
   */
  async paste(text: string | Uint8Array, isMarked = true): Promise<void> {
    const bytes = typeof text === "string"
      ? new TextEncoder().encode(text)
      : text;
    const path = `${this.#socket}.paste`;
    await Deno.writeFile(path, bytes);
    await this.#tmux(
      ...["load-buffer", path, ";", "paste-buffer", "-d", "-t", "one"],
      isMarked ? "-p" : "-r",
    );
  }

  /** Makes the window another size. */
  async resize(columns: number, rows: number): Promise<void> {
    await this.#tmux(
      ...["resize-window", "-t", "one"],
      ...["-x", String(columns), "-y", String(rows)],
    );
  }

  /** Writes all that the terminal gets from now on to a file too. */
  async record(path: string): Promise<void> {
    await this.#tmux("pipe-pane", "-t", "one", `exec cat >${quote(path)}`);
  }

  /** What tmux knows of the terminal, as `pane_title`. */
  async property(name: string): Promise<string> {
    const text = await this.#tmux(
      ...["display-message", "-p", "-t", "one", `#{${name}}`],
    );
    return text.replace(/\n$/, "");
  }

  /** All that was shown so far, long lines in one piece. */
  async screen(): Promise<string> {
    return await this.#tmux(
      ...["capture-pane", "-p", "-J", "-S", "-", "-t", "one"],
    );
  }

  /** What is shown now, line by line as they stand there. */
  async visible(): Promise<string> {
    return await this.#tmux("capture-pane", "-p", "-t", "one");
  }

  /**
   * Waits until something is shown.
   *
   * @param what where: since the start, or in the window now
   * @throws with the last screen when it never is
   */
  async shows(
    expected: RegExp,
    what: "screen" | "visible" = "screen",
    deadlineMs = DEADLINE_MS,
  ): Promise<RegExpExecArray> {
    const end = performance.now() + deadlineMs;
    let screen = "";
    while (performance.now() < end) {
      screen = await this[what]();
      const match = expected.exec(screen);
      if (match !== null) return match;
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
    throw new Error(`never shown: ${expected}\n${screen.trimEnd()}`);
  }

  async #tmux(...args: string[]): Promise<string> {
    const { success, stdout, stderr } = await new Deno.Command("tmux", {
      args: ["-S", this.#socket, "-f", "/dev/null", ...args],
      env: { LC_ALL: "C.UTF-8", TMUX: "" },
    }).output();
    const decoder = new TextDecoder();
    if (success) return decoder.decode(stdout);
    throw new Error(`tmux ${args.join(" ")}: ${decoder.decode(stderr)}`);
  }

  /** Ends the shell. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#tmux("kill-server").catch(() => {});
  }
}

/** A word as a shell takes it. */
function quote(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
