import { formatVersion } from "../../base/mod.ts";
import type { MetadataDocument, SchemaType } from "./metadata_document.ts";
import { documentsOf, linksContent, type Step } from "./metadata_links.ts";
import { below, createRandom } from "./prng.ts";
import { sampleUuid } from "./sample_uuid.ts";

/** A file of a sample bundle. */
export interface SampleFile {
  /** Uuid, a valid one of version 4. */
  uuid: string;
  /** DSS version. */
  version: string;
  /** Name in the bundle; may contain `/`. */
  name: string;
  /** Media type with the `dcp-type` parameter. */
  contentType: string;
  /** Whether the DSS would index it: true for metadata only. */
  indexed: boolean;
  /** Makes the content anew; equal on every call. */
  bytes(): Promise<Uint8Array<ArrayBuffer>>;
}

/** A bundle to put into a DSS. */
export interface SampleBundle {
  /** Uuid, a valid one of version 4. */
  uuid: string;
  /** DSS version, later than those of its files. */
  version: string;
  /** The number of who made it, as in a bundle manifest. */
  creatorUid: number;
  /** The files, metadata first. */
  files: SampleFile[];
}

/** A file of a bundle that is not metadata. */
export interface DataFile {
  /** Name in the bundle. */
  name: string;
  /** Media type, without parameters. */
  mediaType: string;
  /** Makes the content. */
  bytes(): Promise<Uint8Array<ArrayBuffer>>;
}

/** What a bundle is made from. */
export interface BundlePlan {
  /** Names the bundle; its uuid is made from it. */
  label: string;
  /** When it was made, ISO 8601 in UTC with milliseconds. */
  createdAt: string;
  /** From the donor to the files. */
  steps: readonly Step[];
  /** Documents that no step speaks of. */
  otherDocuments: readonly MetadataDocument[];
  /** The files that are not metadata. */
  data: readonly DataFile[];
}

const CREATOR_UID = 8008;
const SCHEMA_ORDER: readonly SchemaType[] = [
  "biomaterial",
  "file",
  "project",
  "protocol",
  "process",
];

/**
 * The bundle of a plan. Metadata files are called after what they describe
 * and counted from 0, as in `cell_suspension_0.json`; their uuid is the
 * `document_id` in them.
 */
export function assembleBundle(plan: BundlePlan): SampleBundle {
  const documents = [...documentsOf(plan.steps), ...plan.otherDocuments];
  const sorted = SCHEMA_ORDER.flatMap((type) =>
    documents.filter((document) => document.schemaType === type)
  );
  return {
    uuid: sampleUuid(`bundle/${plan.label}`),
    version: versionOf(plan, "", 0),
    creatorUid: CREATOR_UID,
    files: [
      ...nameDocuments(sorted),
      linksFile(plan),
      ...plan.data.map((file) => dataFile(plan, file)),
    ],
  };
}

function nameDocuments(documents: readonly MetadataDocument[]): SampleFile[] {
  const counts = new Map<string, number>();
  return documents.map(({ entity, schemaType, uuid, version, content }) => {
    const count = counts.get(entity) ?? 0;
    counts.set(entity, count + 1);
    const name = `${entity}_${count}.json`;
    const kind = { name, contentType: metadataType(schemaType), indexed: true };
    return { uuid, version, ...kind, bytes: () => encodeJson(content) };
  });
}

function linksFile(plan: BundlePlan): SampleFile {
  return {
    uuid: sampleUuid(`${plan.label}/links.json`),
    version: versionOf(plan, "links.json", 60_000),
    name: "links.json",
    contentType: metadataType("links"),
    indexed: true,
    bytes: () => encodeJson(linksContent(plan.steps)),
  };
}

function dataFile(plan: BundlePlan, file: DataFile): SampleFile {
  return {
    uuid: sampleUuid(`${plan.label}/${file.name}`),
    version: versionOf(plan, file.name, 30_000),
    name: file.name,
    contentType: `${file.mediaType}; dcp-type=data`,
    indexed: false,
    bytes: () => file.bytes(),
  };
}

function metadataType(kind: SchemaType | "links"): string {
  return `application/json; dcp-type="metadata/${kind}"`;
}

// The DSS stamps to the microsecond what it stores itself.
function versionOf(plan: BundlePlan, name: string, earlierMs: number): string {
  const next = createRandom(`version/${plan.label}/${name}`);
  const laterMs = below(next, earlierMs / 2);
  const momentMs = Date.parse(plan.createdAt) - earlierMs + laterMs;
  return formatVersion(momentMs, below(next, 1000));
}

function encodeJson(content: unknown): Promise<Uint8Array<ArrayBuffer>> {
  const text = `${JSON.stringify(content, null, 4)}\n`;
  return Promise.resolve(new TextEncoder().encode(text));
}
