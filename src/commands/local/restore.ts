import { LocalError, quote } from "../../base/mod.ts";
import type { Command } from "../command.ts";
import { DATA_DIR, dataDirOf } from "./data_dir_option.ts";

/** `hca local restore`. */
export const restore: Command = {
  name: "restore",
  summary: "Make an embedded store of a backup.",
  description: "Every content is hashed. The directory must not hold a store " +
    "yet. The store gets a new signing key, so access tokens of the old one " +
    "are refused; logins are renewed, also those that were ended after the " +
    "backup.",
  examples: ["hca local restore store.tar --data-dir ./store"],
  positionals: [{ name: "FILE", description: "The backup." }],
  options: [DATA_DIR],
  async run(context, values) {
    const path = values.need("FILE");
    const { environment } = context;
    if ((await environment.runtime.files.stat(path))?.kind !== "file") {
      throw new LocalError(`there is no file ${quote(path, 200)}`, {
        path,
        reason: "not_found",
      });
    }
    const { restoreLocalDss } = await import("../../server/mod.ts");
    const dataDir = dataDirOf(values, context);
    const { blobs, sizeBytes } = await restoreLocalDss(
      { ...environment, dataDir },
      path,
    );
    await context.printJson({
      data_dir: environment.runtime.files.absolute(dataDir),
      blobs,
      bytes: sizeBytes,
    });
  },
};
