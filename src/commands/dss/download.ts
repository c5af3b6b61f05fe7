import { isUuid, quote, UsageError } from "../../base/mod.ts";
import type { Command } from "../command.ts";
import { runDownload } from "../transfer/run_download.ts";
import { REPLICA, replicaOf } from "./replica_option.ts";
import { downloadSettings, TRANSFER_OPTIONS } from "./transfer_options.ts";

/** `hca dss download`. */
export const download: Command = {
  name: "download",
  summary: "Download a bundle, every file verified.",
  description:
    "Files go to <uuid>.<version>/ below the download directory, with a " +
    "bundle.json that lists them. Their contents are in .hca/ beside it, " +
    "named by their SHA-256, and are hard-linked, so a content that several " +
    "bundles share is fetched and kept once. A file has its name only when " +
    "its size and SHA-256 are right; run the command again to fetch what is " +
    "missing.\n\nPatterns: * is any text, / included; ? one character; " +
    "[abc] one of these; [!abc] none of these.",
  examples: [
    "hca dss download --replica aws --bundle-uuid 7d76a71c-ae4c-48bd-8b1e-19387da4dc66",
    "hca dss download --replica aws --bundle-uuid UUID --no-data",
    "hca dss download --replica aws --bundle-uuid UUID --data-filter '*.fastq.gz'",
  ],
  options: [
    {
      name: "bundle-uuid",
      description: "The bundle's uuid.",
      completes: "uuid",
      required: true,
    },
    REPLICA,
    {
      name: "version",
      description: "The bundle's version. Default: the latest.",
      completes: "version",
    },
    {
      name: "metadata-filter",
      description: "Patterns for names of metadata files. Default: all.",
      isList: true,
    },
    {
      name: "data-filter",
      description: "Patterns for names of data files. Default: all.",
      isList: true,
    },
    {
      name: "no-metadata",
      description: "Download no metadata files.",
      isSwitch: true,
      type: "boolean",
    },
    {
      name: "no-data",
      description: "Download no data files.",
      isSwitch: true,
      type: "boolean",
    },
    ...TRANSFER_OPTIONS,
  ],
  async run(context, values) {
    const bundleUuid = values.need("bundle-uuid");
    if (!isUuid(bundleUuid)) {
      throw new UsageError(`--bundle-uuid ${quote(bundleUuid)} is not a uuid`);
    }
    const settings = downloadSettings(values, context);
    const options = {
      ...settings.transfer,
      bundleUuid,
      replica: replicaOf(values),
      version: values.text("version"),
      metadataFilter: values.list("metadata-filter"),
      dataFilter: values.list("data-filter"),
      noMetadata: values.flag("no-metadata"),
      noData: values.flag("no-data"),
    };
    await runDownload(context, settings, {
      name: "hca dss download",
      begin: (client) => client.download(options),
    });
  },
};
