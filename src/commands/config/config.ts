import type { Command } from "../command.ts";
import { get } from "./get.ts";
import { list } from "./list.ts";
import { set } from "./set.ts";
import { unset } from "./unset.ts";

/** `hca config`: look at the configuration, and change the user's file. */
export const config: Command = {
  name: "config",
  summary: "Show and change the configuration.",
  description:
    "It is read from /etc/hca/config.json, the user's config.json, and the " +
    "files that HCA_CONFIG_FILE lists, later ones over earlier ones. Only " +
    "the last of these is ever changed.",
  commands: [get, set, unset, list],
};
