import type { Option, Values } from "../command.ts";
import type { Context } from "../context.ts";

/** Where an embedded store is. */
export const DATA_DIR: Option = {
  name: "data-dir",
  description: "Directory of the store. Default: HCA_LOCAL_DIR, then the " +
    "data folder of the user.",
  completes: "directory",
};

/** The directory that a command line names, or the default. */
export function dataDirOf(values: Values, context: Context): string {
  return values.text("data-dir") ?? context.dss.dataDir;
}
