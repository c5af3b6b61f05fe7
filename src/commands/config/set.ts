import {
  isJsonObject,
  type Json,
  parseJson,
  quote,
  UsageError,
} from "../../base/mod.ts";
import {
  findConfigValue,
  findJsonFault,
  isSameJson,
  loadConfig,
  ownConfigFile,
  setConfigValue,
} from "../../config/mod.ts";
import type { Command, Positional, Values } from "../command.ts";
import type { Context } from "../context.ts";
import { KEY, keysOf } from "./key_argument.ts";
import { changeOwnConfig, readLayers } from "./own_config.ts";

const VALUE: Positional = {
  name: "VALUE",
  description: "The value: text, or with --json any JSON value. One that " +
    "begins with '-' comes after '--'.",
};

/** `hca config set`. */
export const set: Command = {
  name: "set",
  summary: "Set one value in the user's configuration file.",
  description: "The file is replaced at once, keeps everything else that is " +
    "in it, and is readable by its owner only.",
  examples: [
    "hca config set DSSClient.swagger_url http://127.0.0.1:8473/v1/swagger.json",
    "hca config set creator_uid 8008 --json",
  ],
  positionals: [KEY, VALUE],
  options: [
    {
      name: "json",
      description: "VALUE is JSON; without this it is text, whatever it is.",
      isSwitch: true,
      type: "boolean",
    },
  ],
  async run(context, values) {
    const keys = keysOf(values);
    const value = readValue(values);
    await readLayers(context);
    await changeOwnConfig(
      context,
      (own) => setConfigValue(own, keys, value),
    );
    const path = ownConfigFile(context.environment);
    const name = quote(values.need(KEY.name), 200);
    context.log("INFO", `set ${name} in ${quote(path, 200)}`);
    await warnIfHidden(context, keys, value);
  },
};

function readValue(values: Values): Json {
  const text = values.need(VALUE.name);
  if (!values.flag("json")) return text;
  const fault = findJsonFault(text);
  if (fault === undefined) return parseJson(text, VALUE.name);
  // The value may be a secret, so it is not quoted.
  throw new UsageError(
    `VALUE is not JSON at column ${fault.column}: ${fault.why}`,
    { hint: "Quote it for the shell, or leave out --json for text." },
  );
}

/** An object of the last file does not replace a value of an earlier one. */
async function warnIfHidden(
  context: Context,
  keys: readonly string[],
  value: Json,
): Promise<void> {
  if (isJsonObject(value)) return;
  const { environment } = context;
  const config = await loadConfig(environment.runtime.files, environment);
  const found = findConfigValue(config, keys);
  if (found !== undefined && isSameJson(found, value)) return;
  context.log(
    "WARNING",
    "it has no effect: an earlier file has a value where this one has an " +
      "object; see 'hca config list --show-origin'",
  );
}
