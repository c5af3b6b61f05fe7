import type { Command } from "../command.ts";
import { formatCompletion } from "./candidate.ts";
import { SHELLS } from "./completions.ts";
import { unquoteWord } from "./unquote_word.ts";

/**
 * `hca __complete`, which the scripts of `hca completions` call.
 *
 * @param root gives the root of the command table, of which this is a part
 */
export function completeCommand(root: () => Command): Command {
  return {
    name: "__complete",
    isHidden: true,
    summary: "Print what may stand where the cursor is.",
    description: "For the scripts of 'hca completions'. Prints a line for " +
      "each word, with what it is about after a tab, or the one line :path " +
      "or :directory, with what stands before the path after a tab.",
    examples: ["hca __complete --shell bash --word=dss --word=down"],
    options: [
      {
        name: "shell",
        description: "The shell that asks.",
        choices: SHELLS,
        required: true,
      },
      {
        name: "word",
        description: "A word after hca, up to the cursor; the last one is " +
          "the one that the cursor is in.",
        isList: true,
        default: [],
      },
    ],
    async run(context, values) {
      const given = values.list("word") ?? [];
      const isRaw = values.need("shell") === "bash";
      const words = isRaw ? given.map(unquoteWord) : given;
      const { completeWords } = await import("./complete_words.ts");
      const completion = await completeWords(root(), words, context);
      await context.environment.terminal.out(formatCompletion(completion));
    },
  };
}
