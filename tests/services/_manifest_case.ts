import { createHash } from "node:crypto";
import { NotFoundError } from "../../src/base/mod.ts";
import type { BundleManifest } from "../../src/services/bundle_manifest.ts";
import type { DownloadManifestOptions } from "../../src/services/download_options.ts";
import {
  planManifest,
  type PlannedManifest,
} from "../../src/services/plan_manifest.ts";
import { MemoryFiles } from "../support/memory_files.ts";
import { createMemoryLog } from "../support/memory_log.ts";
import { createNodeHash } from "../support/node_hash.ts";

/** The columns of every table that is made here. */
export const COLUMNS = [
  "bundle_uuid",
  "bundle_version",
  "file_name",
  "file_uuid",
  "file_version",
  "file_sha256",
  "file_size",
];

/** The values of one row. */
export type Cells = Partial<Record<string, string>>;

/** SHA-256 of text. */
export function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** A uuid made from text. */
export function uuid(text: string): string {
  const digits = sha256(text);
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*/, "$1-$2-$3-$4-$5");
}

/** A row for the file `name` with a content of its own; changes win. */
export function row(name: string, changes: Cells = {}): Cells {
  return {
    bundle_uuid: uuid("bundle"),
    bundle_version: "2019-08-01T200147.836832Z",
    file_name: name,
    file_uuid: uuid(name),
    file_version: "2019-08-03T150636.118831Z",
    file_sha256: sha256(name),
    file_size: String(name.length),
    ...changes,
  };
}

/** A manifest as text. */
export function table(
  rows: readonly Cells[],
  columns: readonly string[] = COLUMNS,
): string {
  return [columns, ...rows.map((cells) => columns.map((at) => cells[at] ?? ""))]
    .map((cells) => `${cells.join("\t")}\n`).join("");
}

/** How a scripted service answers for a bundle. */
export type AnswerBundle = (
  asked: { uuid: string; version: string; signal: AbortSignal | undefined },
) => Promise<BundleManifest> | BundleManifest;

/** A bundle with data files, each with the content {@linkcode row} says. */
export function bundleOf(
  asked: { uuid: string; version: string },
  names: readonly string[],
  indexed: readonly string[] = [],
): BundleManifest {
  const files = [...names, ...indexed].map((name) => ({
    name,
    uuid: uuid(name),
    version: "2019-08-03T150636.118831Z",
    sha256: sha256(name),
    sizeBytes: name.length,
    indexed: indexed.includes(name),
  }));
  const version = asked.version || "latest";
  return {
    uuid: asked.uuid,
    version,
    files,
    json: { bundle: { uuid: asked.uuid, version } },
  };
}

/** A manifest in memory, and a service that is scripted. */
export interface ManifestCase {
  files: MemoryFiles;
  /** Bundles that were asked for, `<uuid>.<version>`. */
  asked: string[];
  messages: ReturnType<typeof createMemoryLog>["messages"];
  /** Plans the manifest `m.tsv`. */
  plan(options?: Partial<DownloadManifestOptions>): Promise<PlannedManifest>;
  /** Writes a file. */
  write(text: string | Uint8Array, path?: string): Promise<void>;
  /** The text of a file. */
  text(path: string): Promise<string>;
}

/** Makes a case whose current directory has `m.tsv`. */
export async function createManifestCase(
  text: string | Uint8Array,
  answer: AnswerBundle = () => {
    throw new NotFoundError("no such bundle");
  },
): Promise<ManifestCase> {
  const files = new MemoryFiles({ currentDirectory: "/here" });
  const { log, messages } = createMemoryLog();
  const asked: string[] = [];
  const runtime = {
    files,
    log,
    random: Math.random,
    createHash: createNodeHash,
  };
  const given: ManifestCase = {
    files,
    asked,
    messages,
    plan: (options) =>
      planManifest(
        {
          readManifest: async ({ uuid, version = "" }, options) => {
            asked.push(`${uuid}.${version}`);
            return await answer({ uuid, version, signal: options?.signal });
          },
          fileSource: ({ uuid, version }, replica) => ({
            kind: "request",
            url: `http://dss.test/files/${uuid}/${version}/${replica}`,
            headers: {},
          }),
        },
        runtime,
        { manifest: "m.tsv", replica: "aws", ...options },
      ),
    write: async (content, path = "m.tsv") => {
      await files.remove(path);
      const file = await files.create(path);
      await file.write(
        typeof content === "string"
          ? new TextEncoder().encode(content)
          : content,
      );
      file.close();
    },
    text: async (path) => new TextDecoder().decode(await files.read(path)),
  };
  await given.write(text);
  return given;
}
