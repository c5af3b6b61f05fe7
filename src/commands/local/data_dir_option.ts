import { UsageError } from "../../base/mod.ts";
import type { Option, Values } from "../command.ts";
import type { Context } from "../context.ts";

/** Where an embedded store is. */
export const DATA_DIR: Option = {
  name: "data-dir",
  description: "Directory of the store. Default: HCA_LOCAL_DIR, then the " +
    "data folder of the user.",
  completes: "directory",
};

/**
 * The directory that a command line names, or the default.
 *
 * @throws {UsageError} when it is empty, as that of an unset variable
 */
export function dataDirOf(values: Values, context: Context): string {
  const dataDir = values.text("data-dir") ?? context.dss.dataDir;
  if (dataDir === "") throw new UsageError("--data-dir is empty");
  return dataDir;
}
