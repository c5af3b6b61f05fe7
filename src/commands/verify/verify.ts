import {
  CancelledError,
  LocalError,
  PartialError,
  printable,
  quote,
  UsageError,
} from "../../base/mod.ts";
import {
  DEFAULT_VERIFY_JOBS,
  verifyDownloads,
  type VerifyEvent,
  type VerifyOptions,
} from "../../services/mod.ts";
import type { Command, Values } from "../command.ts";
import type { Context } from "../context.ts";
import { VerifyPrinter } from "./verify_printer.ts";

const REPLICAS = ["aws", "gcp"] as const;

/** `hca verify`. */
export const verify: Command = {
  name: "verify",
  summary: "Read what was downloaded, compare every byte, and repair it.",
  description:
    "PATH is a download directory or a manifest. Of a directory, every " +
    "content in .hca/ is compared with its SHA-256, and every file of a " +
    "bundle that stands there with what its bundle.json says; files of a " +
    "bundle that were not downloaded are counted only. Of a manifest, every " +
    "content that it lists has to be there: at file_path if it has that " +
    "column, else in .hca/ below the download directory.\n\n" +
    "Each thing that is wrong is a line on standard output: damaged, " +
    "missing or unreadable, a tab, the path, a tab, and why; the exit " +
    "status is 3 then. Nothing is changed without --repair. With it, what " +
    "is wrong is fetched again, verified, and then put in the place of the " +
    "old, with a line that begins with repaired; where a content comes from " +
    "is taken from bundle.json or the manifest. What cannot be had stays.",
  examples: [
    "hca verify .",
    "hca verify downloads --repair --replica aws",
    "hca verify manifest.tsv --download-dir downloads",
  ],
  positionals: [
    {
      name: "PATH",
      description: "A download directory, or a manifest.",
      completes: "path",
    },
  ],
  options: [
    {
      name: "repair",
      description: "Fetch again what is wrong; needs --replica.",
      isSwitch: true,
      type: "boolean",
    },
    {
      name: "replica",
      description: "Replica to ask when something is repaired.",
      choices: REPLICAS,
    },
    {
      name: "download-dir",
      description: "Where the contents of a manifest are. Default: the " +
        "current directory.",
      completes: "directory",
    },
    {
      name: "jobs",
      description: "Files read at the same time.",
      type: "integer",
      minimum: 1,
      maximum: 256,
      default: DEFAULT_VERIFY_JOBS,
    },
  ],
  async run(context, values) {
    const events = await begin(context, values);
    const printer = new VerifyPrinter(context);
    try {
      for await (const event of events) await printer.show(event);
    } catch (error) {
      throw shownError(error, context);
    } finally {
      printer.end();
    }
  },
};

async function begin(
  context: Context,
  values: Values,
): Promise<AsyncIterable<VerifyEvent>> {
  const replica = REPLICAS.find((name) => name === values.text("replica"));
  const isRepair = values.flag("repair");
  if (isRepair && replica === undefined) {
    throw new UsageError("--repair needs --replica: where to fetch from");
  }
  const options = await readOptions(context, values);
  if (!isRepair) return verifyDownloads(context.environment.runtime, options);
  const client = await context.dss.client();
  return client.verify({ ...options, repair: true, replica });
}

async function readOptions(
  context: Context,
  values: Values,
): Promise<VerifyOptions> {
  const { runtime: { files }, signal } = context.environment;
  const path = values.need("PATH");
  const downloadDir = values.text("download-dir");
  const common = { jobs: values.number("jobs"), signal };
  const info = await files.stat(path);
  if (info === undefined) {
    throw new LocalError(`${quote(path, 200)} does not exist`, {
      path,
      reason: "not_found",
      hint: "Name a download directory or a manifest.",
    });
  }
  if (info.kind !== "directory") {
    return { ...common, manifest: path, downloadDir };
  }
  if (downloadDir === undefined) return { ...common, directory: path };
  throw new UsageError(
    "--download-dir goes with a manifest; a directory is one itself",
  );
}

/** What was shown line by line is not shown again. */
function shownError(error: unknown, context: Context): unknown {
  if (error instanceof CancelledError) {
    return new CancelledError(error.message, {
      signalName: error.signalName,
      cause: error,
      hint: "Not everything was looked at.",
    });
  }
  const isListed = error instanceof PartialError &&
    context.settings.logFormat === "text";
  if (!isListed) return error;
  const { message, hint } = error;
  return new PartialError(printable(message), [], { hint, cause: error });
}
