import { quote } from "../../base/mod.ts";
import {
  findConfigValue,
  ownConfigFile,
  unsetConfigValue,
} from "../../config/mod.ts";
import type { Command } from "../command.ts";
import { KEY, keysOf } from "./key_argument.ts";
import { changeOwnConfig, readLayers } from "./own_config.ts";

/** `hca config unset`. */
export const unset: Command = {
  name: "unset",
  summary: "Remove one value from the user's configuration file.",
  description: "The file keeps everything else that is in it. A value that " +
    "is not there is no error.",
  examples: ["hca config unset DSSClient.swagger_url"],
  positionals: [KEY],
  async run(context, values) {
    const { log, environment } = context;
    const keys = keysOf(values);
    const layers = await readLayers(context);
    const isChanged = await changeOwnConfig(
      context,
      (own) => unsetConfigValue(own, keys),
    );
    const path = ownConfigFile(environment);
    const name = quote(values.need(KEY.name), 200);
    log(
      "INFO",
      isChanged
        ? `removed ${name} from ${quote(path, 200)}`
        : `${name} is not in ${quote(path, 200)}`,
    );
    for (const other of layers) {
      if (other.path === path) continue;
      if (findConfigValue(other.content, keys) === undefined) continue;
      log("WARNING", `${quote(other.path, 200)} still sets it`);
    }
  },
};
