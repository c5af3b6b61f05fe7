import type { Command } from "../command.ts";
import type { Context } from "../context.ts";
import { operationCommands } from "../operation_commands.ts";
import { createVersion } from "./create_version.ts";
import { downloadCollection } from "./download_collection.ts";
import { downloadManifest } from "./download_manifest.ts";
import { download } from "./download.ts";
import { login } from "./login.ts";
import { logout } from "./logout.ts";
import { refreshSwagger } from "./refresh_swagger.ts";

const connect = (context: Context) => context.dss.client();

/** `hca dss`: the commands of the API document, and those made by hand. */
export const dss: Command = {
  name: "dss",
  summary: "Work with the data store: find, look at and download bundles.",
  description:
    "Without a configured service this is an embedded one with sample " +
    "bundles; see 'hca local --help'.",
  generated: async (context) =>
    operationCommands((await connect(context)).operations.values(), connect),
  commands: [
    login,
    logout,
    download,
    downloadManifest,
    createVersion,
    downloadCollection,
    refreshSwagger,
  ],
};
