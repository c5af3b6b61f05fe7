import { HcaError, messageOf } from "../../../base/mod.ts";
import { DocumentCache } from "../../../swagger/mod.ts";
import { CommandIndex } from "../../completion/command_index.ts";
import type { Context } from "../../context.ts";
import type { CommandTable } from "../../run_command.ts";

/**
 * Puts the commands of the data store into the index, so that completion
 * finds them there. An API document that is not on disk is fetched first.
 * Failing is no error: the commands are then not offered.
 */
export async function loadCommands(
  context: Context,
  { seed }: CommandTable,
): Promise<void> {
  try {
    if (await isMissing(context)) await context.dss.document();
    await new CommandIndex(context).commandsOf(seed);
  } catch (error) {
    if (!(error instanceof HcaError)) throw error;
    context.log("DEBUG", `no commands: ${messageOf(error)}`);
  }
}

async function isMissing({ dss, environment }: Context): Promise<boolean> {
  const { dssClient, runtime } = environment;
  if (dssClient !== undefined) return false;
  const url = await dss.swaggerUrl();
  if (url === undefined) return false;
  const path = new DocumentCache(dss.cacheDir, runtime).pathOf(url);
  return (await runtime.files.stat(path))?.kind !== "file";
}
