import {
  isUuid,
  isVersion,
  LocalError,
  quote,
  RefusedError,
  UsageError,
} from "../../base/mod.ts";
import type { ImportManifest } from "../../server/mod.ts";
import type { Command, Values } from "../command.ts";
import type { Context } from "../context.ts";
import { DATA_DIR, dataDirOf } from "./data_dir_option.ts";

/** `hca local import`. */
export const importDirectory: Command = {
  name: "import",
  summary: "Make a directory a bundle of the embedded store.",
  description:
    "Every file of the directory becomes a file of the bundle, under its " +
    "relative path; JSON files are metadata. With a manifest, a JSON array " +
    "of file entries or the bundle.json of a download, names, uuids, " +
    "versions and types come from there, every stated size and checksum is " +
    "compared, and entries without bytes are left out and counted.",
  examples: [
    "hca local import ./my-data",
    "hca local import ./files --manifest manifest.json --bundle-uuid UUID --version 2019-04-17T175706.867000Z",
  ],
  positionals: [{ name: "DIR", description: "The directory." }],
  options: [
    {
      name: "bundle-uuid",
      description: "The bundle's uuid. Default: a new one.",
    },
    { name: "version", description: "The bundle's version. Default: now." },
    {
      name: "manifest",
      description: "Path of a manifest of the files.",
      completes: "path",
    },
    DATA_DIR,
  ],
  async run(context, values) {
    const uuid = values.text("bundle-uuid");
    if (uuid !== undefined && !isUuid(uuid)) {
      throw new UsageError(`--bundle-uuid ${quote(uuid)} is not a uuid`);
    }
    const version = values.text("version");
    if (version !== undefined && !isVersion(version)) {
      throw new UsageError(
        `--version ${quote(version)} is not a version`,
        { hint: "It looks like 2019-08-01T200147.836832Z." },
      );
    }
    const manifest = await readManifest(context, values);
    const { planImport } = await import("../../server/mod.ts");
    const { files, clock } = context.environment.runtime;
    const directory = values.need("DIR");
    // Before the store is made, so that a mistake leaves none behind.
    const planned = await planImport(files, clock, {
      directory,
      manifest,
      uuid,
      version,
    });
    using store = await context.dss.openStore(dataDirOf(values, context));
    const report = await store.importPlanned(
      planned,
      context.environment.signal,
    );
    await store.decideSamples(false);
    // Subscribers are told now: nobody may go on after this process.
    await store.runDueTasks(context.environment.signal);
    if (report.leftOut.length > 0) {
      context.log(
        "WARNING",
        `left out ${report.leftOut.length} files of the manifest that are ` +
          `not in the directory, as ${quote(report.leftOut[0] ?? "")}`,
      );
    }
    await context.printJson({
      bundle_uuid: report.uuid,
      bundle_version: report.version,
      files: report.files,
      bytes: report.sizeBytes,
      left_out: report.leftOut.length,
      new: report.isNew,
    });
  },
};

async function readManifest(
  context: Context,
  values: Values,
): Promise<ImportManifest | undefined> {
  const path = values.text("manifest");
  if (path === undefined) return undefined;
  const { files } = context.environment.runtime;
  const { parseManifest } = await import("../../server/mod.ts");
  const what = `manifest ${quote(path, 200)}`;
  if (await files.stat(path) === undefined) {
    throw new LocalError(`${what} does not exist`, {
      path,
      reason: "not_found",
    });
  }
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true })
      .decode(await files.read(path));
  } catch (cause) {
    if (cause instanceof LocalError) throw cause;
    throw new RefusedError(`${what} is not text in UTF-8`, { cause });
  }
  return parseManifest(text, what);
}
