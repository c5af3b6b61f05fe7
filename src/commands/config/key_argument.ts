import { parseConfigKey } from "../../config/mod.ts";
import type { Positional, Values } from "../command.ts";

/** The argument that names a value. */
export const KEY: Positional = {
  name: "KEY",
  description:
    "Its name, dots between the keys, as in DSSClient.swagger_url. " +
    "A dot in a key is written '\\.'.",
};

/** The path of keys that a command line names. */
export function keysOf(values: Values): string[] {
  return parseConfigKey(values.need(KEY.name));
}
