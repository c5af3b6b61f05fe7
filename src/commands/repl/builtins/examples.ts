import { quote } from "../../../base/mod.ts";
import type { Command } from "../../command.ts";
import type { Session } from "../session.ts";
import { EXAMPLE_GROUPS, type ExampleGroup } from "./_example_groups.ts";

/** `examples`. */
export function examples(_session: Session): Command {
  return {
    name: "examples",
    summary: "Show lines to try, by task; 'examples search' shows some.",
    description: "WORD chooses those that have it: in the line, in what is " +
      "said of it, or as the word of a group. $1 is what an answer before " +
      "has shown.",
    examples: ["examples", "examples download"],
    positionals: [{
      name: "WORD",
      description: "What it is about.",
      isOptional: true,
      suggestions: EXAMPLE_GROUPS.map(({ word }) => word),
    }],
    async run(context, values) {
      const word = values.text("WORD");
      const groups = word === undefined
        ? EXAMPLE_GROUPS
        : EXAMPLE_GROUPS.flatMap((group) => chosen(group, word.toLowerCase()));
      if (groups.length === 0) {
        context.log(
          "INFO",
          `no example has ${quote(word ?? "")}; 'examples' shows them all`,
        );
        return;
      }
      const text = groups.map(formatGroup).join("\n");
      await context.environment.terminal.out(text);
    },
  };
}

/** What of a group is about a word; nothing, or a group with some lines. */
function chosen(group: ExampleGroup, word: string): ExampleGroup[] {
  if (group.word === word) return [group];
  const lines = group.lines.filter(({ about, line }) =>
    `${about}\n${line}`.toLowerCase().includes(word)
  );
  return lines.length === 0 ? [] : [{ ...group, lines }];
}

/** Comments and lines: what is shown can be pasted as it is. */
function formatGroup({ title, word, lines }: ExampleGroup): string {
  const shown = lines.map(({ about, line }) =>
    `  # ${about}\n${line.replace(/^/gm, "  ")}\n`
  );
  return `# ${title} (examples ${word})\n${shown.join("")}`;
}
