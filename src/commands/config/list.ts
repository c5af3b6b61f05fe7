import {
  configOrigins,
  formatConfigKey,
  mergeLayers,
} from "../../config/mod.ts";
import type { Command } from "../command.ts";
import { readLayers } from "./own_config.ts";
import { shownValue } from "./shown_value.ts";

/** `hca config list`. */
export const list: Command = {
  name: "list",
  summary: "Show the whole configuration.",
  description: "It is one JSON object, merged from all files. Tokens and " +
    "other secrets are shown as ***.",
  examples: ["hca config list", "hca config list --show-origin"],
  options: [
    {
      name: "show-origin",
      description: "Show each value with the file that it comes from.",
      isSwitch: true,
      type: "boolean",
    },
  ],
  async run(context, values) {
    const layers = await readLayers(context);
    if (!values.flag("show-origin")) {
      return await context.printJson(shownValue(mergeLayers(layers)));
    }
    const lines = configOrigins(layers).map(({ keys, value, origin }) =>
      [
        formatConfigKey(keys),
        { value: shownValue(value, keys), origin },
      ] as const
    );
    await context.printJson(Object.fromEntries(lines));
  },
};
