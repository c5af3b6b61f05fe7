import { type JsonObject, toHex } from "../../src/base/mod.ts";
import { sampleBundles } from "../../src/server/sample/mod.ts";
import { buildIndexDocument } from "../../src/server/search/mod.ts";
import { seeded } from "../../tests/support/seeded.ts";

const UUID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;
const DIGEST = /"(?:[0-9a-f]{64}|[0-9a-f]{40}|[0-9a-f]{32}|[0-9a-f]{8})"/g;
const DATE = /20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d\d\dZ/g;
const SAMPLE_NAME = /(?<![A-Za-z0-9])(?:K1|K2-7|P3)(?![A-Za-z0-9])/g;
const CELLS = /("estimated_cell_count":)\d+/g;

/** A made-up bundle's search document. */
export interface MadeDocument {
  /** The bundle's uuid. */
  uuid: string;
  /** The bundle's version. */
  version: string;
  /** The document, JSON text. */
  text: string;
}

/** Makes the document of a number, always the same. */
export type DocumentMaker = (index: number) => MadeDocument;

/**
 * As many documents as wanted, the same on every run: those of the sample
 * bundles with other uuids, digests, dates, donors and numbers of cells.
 */
export async function makeDocuments(): Promise<DocumentMaker> {
  const templates: string[] = [];
  for (const bundle of sampleBundles({ readsPerFile: 10 })) {
    templates.push(await templateOf(bundle));
  }
  return (index) => vary(templates[index % templates.length] ?? "", index);
}

type Sample = ReturnType<typeof sampleBundles>[number];

async function templateOf(bundle: Sample): Promise<string> {
  const { uuid, version, creatorUid } = bundle;
  const contents = await Promise.all(
    bundle.files.map(async (file) => ({ ...file, bytes: await file.bytes() })),
  );
  const files = contents.map((file): JsonObject => ({
    name: file.name,
    uuid: file.uuid,
    version: file.version,
    "content-type": file.contentType,
    size: file.bytes.length,
    indexed: file.indexed,
    crc32c: "0".repeat(8),
    "s3-etag": "0".repeat(32),
    sha1: "0".repeat(40),
    sha256: "0".repeat(64),
  }));
  const manifest = { format: "0.0.1", version, creator_uid: creatorUid, files };
  return JSON.stringify(
    buildIndexDocument({ uuid, version, manifest, contents }),
  );
}

function vary(template: string, index: number): MadeDocument {
  const random = seeded(index + 1);
  const hex = (digits: number) =>
    toHex(Uint8Array.from({ length: digits / 2 }, () => random() * 256));
  const uuids = new Map<string, string>();
  const donor = `D${Math.floor(random() * 2000)}`;
  const text = template
    .replace(UUID, (found) => {
      const known = uuids.get(found) ?? [8, 4, 4, 4, 12].map(hex).join("-");
      uuids.set(found, known);
      return known;
    })
    .replace(DIGEST, (found) => `"${hex(found.length - 2)}"`)
    .replace(DATE, () => new Date(1.5e12 + random() * 1e11).toISOString())
    .replace(SAMPLE_NAME, donor)
    .replace(CELLS, (_, name) => `${name}${Math.floor(random() * 20_000)}`);
  const { uuid, manifest } = JSON.parse(text);
  return { uuid, version: manifest.version, text };
}
