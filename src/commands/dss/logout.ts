import { quote } from "../../base/mod.ts";
import { loadLayers, readAccessToken, removeLogin } from "../../config/mod.ts";
import type { Command } from "../command.ts";
import { changeOwnConfig } from "../config/own_config.ts";

/** `hca dss logout`. */
export const logout: Command = {
  name: "logout",
  summary: "Forget the stored login.",
  description: "Removes the token, and what was fetched to get it, from the " +
    "user's configuration file. Without a login there is nothing to do.",
  examples: ["hca dss logout"],
  async run(context) {
    const { log, environment } = context;
    await changeOwnConfig(context, removeLogin);
    const { files } = environment.runtime;
    for (const { path, content } of await loadLayers(files, environment)) {
      if (readAccessToken(content) === undefined) continue;
      log("WARNING", `${quote(path, 200)} still holds an access token`);
    }
  },
};
