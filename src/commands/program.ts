import { api } from "./api.ts";
import { auth } from "./auth/auth.ts";
import { clearHcaCache } from "./clear_hca_cache.ts";
import type { Command } from "./command.ts";
import { completeCommand, completions } from "./completion/mod.ts";
import { config } from "./config/config.ts";
import { dss } from "./dss/dss.ts";
import { local } from "./local/local.ts";
import { replCommand } from "./repl/mod.ts";
import { serviceCommands } from "./service_commands.ts";
import { verify } from "./verify/verify.ts";

/** The root of the command table. */
export const program: Command = {
  name: "hca",
  summary: "The command line of the Human Cell Atlas.",
  description: "Find bundles of sequencing data, look at them, and download " +
    "them with every byte verified.",
  options: [
    {
      name: "version",
      description: "Print the version.",
      isSwitch: true,
      type: "boolean",
    },
  ],
  examples: [
    "hca dss post-search --replica aws --es-query '{}'",
    "hca dss get-bundle --replica aws --uuid UUID",
    "hca dss download --replica aws --bundle-uuid UUID",
  ],
  generated: serviceCommands,
  commands: [
    dss,
    auth,
    local,
    verify,
    api,
    config,
    replCommand(() => program),
    clearHcaCache,
    completions,
    completeCommand(() => program),
  ],
};
