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

  /** Starts the shell; hca is `hca` in it. */
  static async open(
    sandbox: Sandbox,
    variables: Record<string, string>,
  ): Promise<PlainTerminal> {
    const terminal = new PlainTerminal(join(sandbox.directory, "tmux"));
    const quote = (word: string) => `'${word.replaceAll("'", `'\\''`)}'`;
    const program = join(sandbox.directory, "hca");
    const words = programWords().map(quote).join(" ");
    await Deno.writeTextFile(program, `#!/bin/sh\nexec ${words} "$@"\n`);
    await Deno.chmod(program, 0o755);
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

  /** Presses a key that has a name, as in `Enter` or `C-c`. */
  async press(key: string): Promise<void> {
    await this.#tmux("send-keys", "-t", "one", key);
  }

  /** All that was shown so far, long lines in one piece. */
  async screen(): Promise<string> {
    return await this.#tmux(
      ...["capture-pane", "-p", "-J", "-S", "-", "-t", "one"],
    );
  }

  /**
   * Waits until something is shown.
   *
   * @throws with the last screen when it never is
   */
  async shows(expected: RegExp): Promise<RegExpExecArray> {
    const end = performance.now() + DEADLINE_MS;
    let screen = "";
    while (performance.now() < end) {
      screen = await this.screen();
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
