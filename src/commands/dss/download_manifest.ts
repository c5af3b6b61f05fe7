import { baseName, quote, UsageError } from "../../base/mod.ts";
import { LAYOUTS, parseShard } from "../../services/mod.ts";
import type { Command } from "../command.ts";
import type { Context } from "../context.ts";
import { runDownload } from "../transfer/run_download.ts";
import { REPLICA, replicaOf } from "./replica_option.ts";
import { downloadSettings, TRANSFER_OPTIONS } from "./transfer_options.ts";

/** `hca dss download-manifest`. */
export const downloadManifest: Command = {
  name: "download-manifest",
  summary: "Download the files that a manifest lists, every one verified.",
  description:
    "A manifest is a tab-separated table with a header. Layout none needs " +
    "the columns file_name, file_uuid, file_version, file_sha256 and " +
    "file_size, and puts the contents into .hca/ below the download " +
    "directory. Layout bundle needs bundle_uuid, bundle_version, file_name " +
    "and file_sha256, and makes a directory for each bundle with the listed " +
    "files and all metadata. More columns and blank lines do no harm.\n\n" +
    "When every file is there, the manifest is written to the current " +
    "directory under its own name, with the column file_path added.",
  examples: [
    "hca dss download-manifest --replica aws --manifest manifest.tsv",
    "hca dss download-manifest --replica aws --manifest manifest.tsv --layout bundle",
  ],
  options: [
    {
      name: "manifest",
      description: "Path of the manifest.",
      required: true,
      completes: "path",
    },
    REPLICA,
    {
      name: "layout",
      description: "How the files are laid out.",
      choices: LAYOUTS,
      default: "none",
    },
    {
      name: "no-metadata",
      description: "Download no metadata files; only with layout bundle.",
      isSwitch: true,
      type: "boolean",
    },
    {
      name: "no-data",
      description: "Download no data files; only with layout bundle.",
      isSwitch: true,
      type: "boolean",
    },
    {
      name: "shard",
      description: "Fetch only part i of n, as in 2/8: each content belongs " +
        "to one part, always the same, so that the jobs of an array share " +
        "one download directory. The manifest is then not written.",
    },
    ...TRANSFER_OPTIONS,
  ],
  async run(context, values) {
    const settings = downloadSettings(values, context);
    const shard = values.text("shard");
    const manifest = values.need("manifest");
    refuseReportOver(manifest, settings.reportPath, context);
    const options = {
      ...settings.transfer,
      manifest,
      replica: replicaOf(values),
      layout: values.need("layout"),
      noMetadata: values.flag("no-metadata"),
      noData: values.flag("no-data"),
      shard: shard === undefined ? undefined : parseShard(shard),
    };
    await runDownload(context, settings, {
      name: "hca dss download-manifest",
      begin: (client) => client.downloadManifest(options),
    });
  },
};

/** A report takes the place of what stands there, also after a failure. */
function refuseReportOver(
  manifest: string,
  report: string | undefined,
  { environment: { runtime: { files } } }: Context,
): void {
  if (report === undefined) return;
  const taken = [manifest, baseName(manifest)].map((path) =>
    files.absolute(path)
  );
  if (!taken.includes(files.absolute(report))) return;
  throw new UsageError(
    `--report ${quote(report, 200)} would replace the manifest`,
    { hint: "Give the report another name." },
  );
}
