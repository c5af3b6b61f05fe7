import { formatJson, NotFoundError, quote } from "../../base/mod.ts";
import {
  findConfigValue,
  isSameJson,
  maskSecrets,
  mergeLayers,
} from "../../config/mod.ts";
import type { Command } from "../command.ts";
import { KEY, keysOf } from "./key_argument.ts";
import { readLayers } from "./own_config.ts";

/** `hca config get`. */
export const get: Command = {
  name: "get",
  summary: "Print one value of the configuration.",
  description: "Text is printed as it is, anything else as JSON. Tokens and " +
    "other secrets are printed as ***.",
  examples: ["hca config get DSSClient.swagger_url"],
  positionals: [KEY],
  async run(context, values) {
    const keys = keysOf(values);
    const value = findConfigValue(mergeLayers(await readLayers(context)), keys);
    const name = quote(values.need(KEY.name), 200);
    if (value === undefined) {
      throw new NotFoundError(`${name} is not in the configuration`, {
        hint: "'hca config list --show-origin' shows what is.",
      });
    }
    const shown = maskSecrets(value, keys);
    if (!isSameJson(shown, value)) {
      context.log("WARNING", `${name} is or holds a secret, shown as ***`);
    }
    await context.printLine(
      typeof shown === "string" ? shown : formatJson(shown),
    );
  },
};
