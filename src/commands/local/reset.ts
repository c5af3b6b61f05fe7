import { quote, UsageError } from "../../base/mod.ts";
import type { Command } from "../command.ts";
import { DATA_DIR, dataDirOf } from "./data_dir_option.ts";

/** `hca local reset`. */
export const reset: Command = {
  name: "reset",
  summary: "Remove the embedded store with everything in it.",
  examples: ["hca local reset --yes"],
  options: [
    {
      name: "yes",
      description: "Really remove it.",
      isSwitch: true,
      type: "boolean",
    },
    DATA_DIR,
  ],
  async run(context, values) {
    const dataDir = dataDirOf(values, context);
    if (!values.flag("yes")) {
      throw new UsageError(
        `this would remove the embedded store in ${quote(dataDir, 200)}`,
        { hint: "Add --yes to do it." },
      );
    }
    const { resetLocalDss } = await import("../../server/mod.ts");
    await resetLocalDss(context.environment.runtime.files, dataDir);
    context.log("INFO", `removed the embedded store in ${quote(dataDir, 200)}`);
  },
};
