import { UsageError } from "../../../base/mod.ts";
import type { Command } from "../../command.ts";
import {
  applyQuery,
  checkOutput,
  OUTPUT_OPTIONS,
  outputSettings,
  printValue,
} from "../../output/mod.ts";
import type { Session } from "../session.ts";

/** `last`. */
export function last(session: Session): Command {
  return {
    name: "last",
    summary: "Show the last answer whole.",
    description: "Nothing is folded or left out, and nothing is asked again. " +
      "It is what --query is applied to, whatever was shown of it. Of an " +
      "answer that was written page by page, as with --output jsonl, it is " +
      "the first page. A command that fails leaves it as it was, and so " +
      "does one with &.",
    examples: [
      "last",
      "last --query 'results[].bundle_fqid' --output jsonl",
      "last > answer.json",
      "last | jq .",
    ],
    options: OUTPUT_OPTIONS,
    async run(context, values) {
      const { value, isPart } = session.lastAnswer;
      if (value === undefined) {
        throw new UsageError("there is no answer yet", {
          hint: "'examples' has commands that get one.",
        });
      }
      if (isPart) {
        context.log(
          "WARNING",
          "the answer was written page by page; only its first page is kept",
        );
      }
      const settings = outputSettings(values);
      await checkOutput(context, settings);
      const { query } = settings;
      const shown = query === undefined
        ? value
        : await applyQuery(context, query, value);
      // No presenter, which would fold it.
      await printValue(shown, context, { ...settings, isFormatGiven: true });
    },
  };
}
