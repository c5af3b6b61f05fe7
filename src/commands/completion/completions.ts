import type { Command } from "../command.ts";

/** The shells that hca can be completed in. */
export const SHELLS = ["bash", "zsh", "fish"] as const;

type Shell = typeof SHELLS[number];

const INSTALLATION: Record<Shell, string> = {
  bash: "Add the line 'source <(hca completions bash)' to ~/.bashrc.",
  zsh: "Add the line 'source <(hca completions zsh)' to ~/.zshrc, after " +
    "compinit.",
  fish: "Write it to ~/.config/fish/completions/hca.fish.",
};

const EXAMPLES: Record<Shell, string> = {
  bash: "source <(hca completions bash)",
  zsh: "source <(hca completions zsh)",
  fish: "hca completions fish > ~/.config/fish/completions/hca.fish",
};

/** `hca completions`. */
export const completions: Command = {
  name: "completions",
  summary: "Print a script that completes hca in a shell.",
  description: "Then the Tab key offers commands, flags, their values, " +
    "paths, and the bundles that were seen lately. No service is asked.",
  commands: SHELLS.map((shell) => ({
    name: shell,
    summary: `Print the script for ${shell}.`,
    description: INSTALLATION[shell],
    examples: [EXAMPLES[shell]],
    async run({ environment: { terminal } }) {
      await terminal.out(await readScript(shell));
    },
  })),
};

async function readScript(shell: Shell): Promise<string> {
  switch (shell) {
    case "bash":
      return (await import("./bash_script.ts")).BASH_SCRIPT;
    case "zsh":
      return (await import("./zsh_script.ts")).ZSH_SCRIPT;
    case "fish":
      return (await import("./fish_script.ts")).FISH_SCRIPT;
  }
}
