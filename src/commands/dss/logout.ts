import {
  readStoredLogin,
  removeLogin,
  revokeLogin,
  type StoredLogin,
} from "../../auth/mod.ts";
import { quote } from "../../base/mod.ts";
import { loadLayers, ownConfigFile, readConfigFile } from "../../config/mod.ts";
import type { Command } from "../command.ts";
import { changeOwnConfig } from "../config/own_config.ts";
import type { Context } from "../context.ts";

/** `hca dss logout`. */
export const logout: Command = {
  name: "logout",
  summary: "Sign out: end the stored login and forget it.",
  description: "Asks the provider to end the tokens, and removes them, and " +
    "what was fetched to get them, from the user's configuration file. " +
    "Without a login there is nothing to do.",
  examples: ["hca dss logout"],
  async run(context) {
    const own = await ownLogin(context);
    if (own !== undefined) await revokeLogin(context.dss.authTools(), own);
    await changeOwnConfig(context, removeLogin);
    await warnOfOthers(context);
  },
};

/** The login that is about to be removed, not that of another file. */
async function ownLogin(
  { environment, secrets }: Context,
): Promise<StoredLogin | undefined> {
  const { files } = environment.runtime;
  const layer = await readConfigFile(files, ownConfigFile(environment));
  const login = layer && readStoredLogin(layer.content);
  for (const text of [login?.accessToken, login?.refreshToken]) {
    if (text !== undefined) secrets.add(text);
  }
  return login;
}

async function warnOfOthers({ environment, log }: Context): Promise<void> {
  const { files } = environment.runtime;
  for (const { path, content } of await loadLayers(files, environment)) {
    if (readStoredLogin(content) === undefined) continue;
    log("WARNING", `${quote(path, 200)} still holds an access token`);
  }
}
