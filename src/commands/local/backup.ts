import { quote } from "../../base/mod.ts";
import type { Command } from "../command.ts";
import { checkOutputFile } from "../output/mod.ts";
import { DATA_DIR, dataDirOf } from "./data_dir_option.ts";
import { openExisting } from "./open_existing.ts";

/** `hca local backup`. */
export const backup: Command = {
  name: "backup",
  summary: "Write the embedded store to one file.",
  description: "The store may be in use, also by 'hca local serve': the file " +
    "has it as it is at one moment; a FILE that is there is replaced when it " +
    "is whole. It is a tar archive of the contents and the database with its " +
    "secrets (the key that signs addresses of contents, the HMAC keys of " +
    "subscriptions), without the signing key of tokens and the password. " +
    "Only its owner may read it: keep it as you keep the store.",
  examples: ["hca local backup store.tar"],
  positionals: [{ name: "FILE", description: "The file to write." }],
  options: [DATA_DIR],
  async run(context, values) {
    const path = values.need("FILE");
    await checkOutputFile(context, path);
    using store = await openExisting(context, dataDirOf(values, context));
    const { blobs, sizeBytes } = await store.backUp(
      path,
      context.environment.signal,
    );
    const { bundles, files } = store.counts();
    context.log("INFO", `the store is in ${quote(path, 200)}`);
    await context.printJson({ bundles, files, blobs, bytes: sizeBytes });
  },
};
