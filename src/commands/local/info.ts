import { LocalError, quote } from "../../base/mod.ts";
import type { Command } from "../command.ts";
import { DATA_DIR, dataDirOf } from "./data_dir_option.ts";

/** `hca local info`. */
export const info: Command = {
  name: "info",
  summary: "Say where the embedded store is and what it holds.",
  examples: ["hca local info"],
  options: [DATA_DIR],
  async run(context, values) {
    const dataDir = dataDirOf(values, context);
    const { hasLocalDss } = await import("../../server/mod.ts");
    const { files } = context.environment.runtime;
    if (!await hasLocalDss(files, dataDir)) {
      throw new LocalError(
        `there is no local store in ${quote(dataDir, 200)}`,
        {
          path: dataDir,
          reason: "not_found",
          hint: "'hca dss get-bundles-all --replica aws' makes one with " +
            "sample bundles, 'hca local import DIR' one of your own.",
        },
      );
    }
    using store = await context.dss.openStore(dataDir);
    const { bundles, files: fileCount, blobs, sizeBytes } = store.counts();
    await context.printJson({
      data_dir: files.absolute(dataDir),
      bundles,
      files: fileCount,
      blobs,
      bytes: sizeBytes,
    });
  },
};
