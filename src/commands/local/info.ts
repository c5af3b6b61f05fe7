import type { Command } from "../command.ts";
import { DATA_DIR, dataDirOf } from "./data_dir_option.ts";
import { openExisting } from "./open_existing.ts";

/** `hca local info`. */
export const info: Command = {
  name: "info",
  summary: "Say where the embedded store is and what it holds.",
  description: "The files of its signing key and of the password of its " +
    "login page are made when they are first needed, and null before.",
  examples: ["hca local info"],
  options: [DATA_DIR],
  async run(context, values) {
    const dataDir = dataDirOf(values, context);
    using store = await openExisting(context, dataDir);
    const { bundles, files, blobs, sizeBytes } = store.counts();
    const secrets = await store.secretFiles();
    await context.printJson({
      data_dir: context.environment.runtime.files.absolute(dataDir),
      bundles,
      files,
      blobs,
      bytes: sizeBytes,
      signing_key: secrets.signingKey ?? null,
      login_password: secrets.loginPassword ?? null,
      trusted_accounts: (await store.trustedKeys()).length,
    });
  },
};
