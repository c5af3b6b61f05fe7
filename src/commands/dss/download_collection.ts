import { isUuid, quote, UsageError } from "../../base/mod.ts";
import type { Command } from "../command.ts";
import { runDownload } from "../transfer/run_download.ts";
import { REPLICA, replicaOf } from "./replica_option.ts";
import { downloadSettings, TRANSFER_OPTIONS } from "./transfer_options.ts";

/** `hca dss download-collection`. */
export const downloadCollection: Command = {
  name: "download-collection",
  summary: "Download all that a collection lists, every file verified.",
  description:
    "Bundles go to <uuid>.<version>/ below the download directory, as with " +
    "'hca dss download', in the version that the collection lists. Files go " +
    "to collections/<collection uuid>.<version>/ under the name <file uuid>." +
    "<file version>; of a metadata fragment this is the file that it is part " +
    "of. Without --version that directory is called <collection uuid>.latest." +
    "\n\nCollections inside of it are followed, each once. What cannot be " +
    "had is named at the end, and the rest is there; run the command again " +
    "to fetch what is missing.",
  examples: [
    "hca dss download-collection --replica aws --uuid 16f7c2a1-8e7d-4b8e-9d0a-5f0f0c1f2b6e",
    "hca dss download-collection --replica aws --uuid UUID --download-dir atlas",
  ],
  options: [
    { name: "uuid", description: "The collection's uuid.", required: true },
    REPLICA,
    {
      name: "version",
      description: "The collection's version. Default: the latest.",
    },
    ...TRANSFER_OPTIONS,
  ],
  async run(context, values) {
    const uuid = values.need("uuid");
    if (!isUuid(uuid)) {
      throw new UsageError(`--uuid ${quote(uuid)} is not a uuid`);
    }
    const settings = downloadSettings(values, context);
    const options = {
      ...settings.transfer,
      uuid,
      replica: replicaOf(values),
      version: values.text("version"),
    };
    await runDownload(context, settings, {
      name: "hca dss download-collection",
      begin: (client) => client.downloadCollection(options),
    });
  },
};
