import { IntegrityError } from "../../base/mod.ts";
import type { Command } from "../command.ts";
import { DATA_DIR, dataDirOf } from "./data_dir_option.ts";
import { openExisting } from "./open_existing.ts";

/** `hca local check`. */
export const check: Command = {
  name: "check",
  summary: "Compare everything in the embedded store with everything else.",
  description: "The database with itself, contents with their digests, " +
    "bundles with their files. Prints one JSON object a line for each " +
    "problem, and ends with 8 if one of them is damage. The store may be in " +
    "use. --remove-leftovers removes what only takes room: contents of no " +
    "file after an hour, unfinished copies after a day.",
  examples: ["hca local check", "hca local check --quick"],
  options: [
    {
      name: "quick",
      description: "Look at the sizes of contents only; read none.",
      isSwitch: true,
      type: "boolean",
    },
    {
      name: "remove-leftovers",
      description: "Remove what only takes room.",
      isSwitch: true,
      type: "boolean",
    },
    DATA_DIR,
  ],
  async run(context, values) {
    using store = await openExisting(context, dataDirOf(values, context));
    const { signal } = context.environment;
    let damaged = 0;
    let harmless = 0;
    const problems = store.check({
      isQuick: values.flag("quick"),
      removesLeftovers: values.flag("remove-leftovers"),
      signal,
    });
    for await (const problem of problems) {
      const { kind, subject, detail, isHarmless, isRemoved } = problem;
      if (isHarmless) harmless++;
      else damaged++;
      const line = { kind, subject, detail, removed: isRemoved };
      await context.printLine(JSON.stringify(line));
    }
    if (damaged > 0) {
      // Of a damaged database nothing more can be asked.
      throw new IntegrityError(
        `${damaged} of the things in the store are damaged`,
        { hint: "'hca local restore' makes a store of a backup." },
      );
    }
    const { bundles, files, blobs } = store.counts();
    const what = `${bundles} bundles, ${files} files, ${blobs} contents`;
    const rest = harmless === 0 ? "" : `; ${harmless} things only take room`;
    context.log("INFO", `nothing is damaged: ${what}${rest}`);
  },
};
