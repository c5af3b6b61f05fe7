/**
 * Real shells in a pseudo-terminal, typed into through tmux.
 *
 * @module
 */

import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { programWords, Sandbox } from "../e2e/_program.ts";

/** The shells that hca has completion for. */
export type ShellName = "bash" | "zsh" | "fish";

const PROMPT = "ready> ";
const DEADLINE_MS = 15_000;
const POLL_MS = 20;
const RECENT = fileURLToPath(new URL("recent.json", import.meta.url));

/** How each shell starts, without the files of anyone's home. */
const START: Record<ShellName, string[]> = {
  bash: ["bash", "--noprofile", "--rcfile", "bashrc", "-i"],
  zsh: ["zsh", "-d", "-i"],
  fish: ["fish", "--private", "-i"],
};

/**
 * What each shell reads first, as docs/completion.md has it. None keeps a
 * history, which it would write while its home is being removed.
 */
const SETUP: Record<ShellName, [path: string, text: string]> = {
  bash: [
    "bashrc",
    `unset HISTFILE\nPS1='${PROMPT}'\nsource <(hca completions bash)\n`,
  ],
  zsh: [
    "home/.zshrc",
    `PS1='${PROMPT}'\nautoload -Uz compinit && compinit -u\n` +
    "source <(hca completions zsh)\n",
  ],
  fish: [
    "home/.config/fish/config.fish",
    "set -g fish_greeting\n" +
    `function fish_prompt; echo -n '${PROMPT}'; end\n`,
  ],
};

/** Whether a program is on the PATH. */
export async function isInstalled(program: string): Promise<boolean> {
  try {
    const args = [program === "tmux" ? "-V" : "--version"];
    await new Deno.Command(program, { args }).output();
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/** A home in which hca is installed with its completion, and a terminal. */
export class Shells implements AsyncDisposable {
  readonly #sandbox: Sandbox;
  readonly #socket: string;
  #count = 0;

  private constructor(sandbox: Sandbox) {
    this.#sandbox = sandbox;
    this.#socket = join(sandbox.directory, "tmux");
  }

  /** Makes a home with `files` in its current directory. */
  static async create(shell: ShellName, files: string[]): Promise<Shells> {
    const sandbox = await Sandbox.create();
    const shells = new Shells(sandbox);
    await shells.#install(shell);
    for (const file of files) {
      const path = join(sandbox.work, file);
      if (file.endsWith("/")) await Deno.mkdir(path, { recursive: true });
      else await Deno.writeTextFile(path, "");
    }
    return shells;
  }

  async #install(shell: ShellName): Promise<void> {
    await this.#write("bin/hca", wrapper(this.#sandbox.environment));
    await Deno.chmod(join(this.#sandbox.directory, "bin/hca"), 0o755);
    await this.#write(...SETUP[shell]);
    if (shell === "fish") {
      // Where this is missing, fish reads all manual pages in the background.
      await this.#write(
        "home/.local/share/fish/generated_completions/none.fish",
        "",
      );
      const { out } = await this.#sandbox.run(["completions", "fish"]);
      await this.#write("home/.config/fish/completions/hca.fish", out);
    }
    await this.#write(
      "home/.local/state/hca/recent.json",
      await Deno.readTextFile(RECENT),
    );
  }

  async #write(path: string, text: string): Promise<void> {
    const target = join(this.#sandbox.directory, path);
    await Deno.mkdir(join(target, ".."), { recursive: true });
    await Deno.writeTextFile(target, text);
  }

  /**
   * Types a line in a new shell, `⇥` being the Tab key, and waits until the
   * screen shows what is expected. The shell stays until the end: tmux ends
   * with its last one.
   *
   * @throws with the last screen when it never does
   */
  async type(shell: ShellName, line: string, shown: RegExp): Promise<void> {
    const session = `s${++this.#count}`;
    await this.#start(shell, session);
    await this.#waitFor(session, /^ready> *$/m);
    const parts = line.split("⇥");
    for (const [at, part] of parts.entries()) {
      if (part !== "") {
        await this.#tmux("send-keys", "-t", session, "-l", "--", part);
      }
      if (at < parts.length - 1) {
        await this.#tmux("send-keys", "-t", session, "Tab");
      }
    }
    await this.#waitFor(session, shown);
  }

  async #start(shell: ShellName, session: string): Promise<void> {
    const { directory, work } = this.#sandbox;
    const [program = shell, ...args] = START[shell];
    const path = `${join(directory, "bin")}:${Deno.env.get("PATH") ?? ""}`;
    await this.#tmux(
      ...["new-session", "-d", "-s", session, "-x", "120", "-y", "40"],
      ...["-c", work, "--", "env", "-i", `HOME=${join(directory, "home")}`],
      ...[`PATH=${path}`, "TERM=screen", "LC_ALL=C.UTF-8", program],
      ...args.map((arg) => arg === "bashrc" ? join(directory, arg) : arg),
    );
  }

  async #waitFor(session: string, shown: RegExp): Promise<void> {
    const end = performance.now() + DEADLINE_MS;
    let screen = "";
    while (performance.now() < end) {
      screen = await this.#tmux("capture-pane", "-p", "-t", session);
      if (shown.test(screen)) return;
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
    throw new Error(`the screen never showed ${shown}:\n${screen.trimEnd()}`);
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

  async [Symbol.asyncDispose](): Promise<void> {
    // The server ends by itself when there was no session.
    await this.#tmux("kill-server").catch(() => {});
    await this.#sandbox[Symbol.asyncDispose]();
  }
}

/** A program `hca` that is the one under test. */
function wrapper(environment: Record<string, string>): string {
  const quote = (word: string) => `'${word.replaceAll("'", `'\\''`)}'`;
  const settings = Object.entries(environment)
    .filter(([name]) => name !== "HOME")
    .map(([name, value]) => `export ${name}=${quote(value)}\n`).join("");
  const words = programWords().map(quote).join(" ");
  return `#!/bin/sh\n${settings}exec ${words} "$@"\n`;
}
