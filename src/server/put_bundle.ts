import {
  checkNames,
  type CreateHash,
  IntegrityError,
  type Json,
  LocalError,
  quote,
  RefusedError,
} from "../base/mod.ts";
import {
  ContentDigester,
  type ContentDigests,
  sameDigest,
} from "../checksum/mod.ts";
import type { ContentStore, StagedContent } from "../store/mod.ts";
import { type BundleFileRecord, describeFile } from "./records.ts";
import type { Repository } from "./repository.ts";
import { buildIndexDocument, type FileContent } from "./search/mod.ts";

// Metadata is small; a larger JSON file is data and is not searched.
const INDEXED_LIMIT_BYTES = 16 * 1024 * 1024;

/** A file on its way into the store. */
export interface IncomingFile {
  /** Its name in the bundle. */
  name: string;
  /** Its uuid. */
  uuid: string;
  /** Its version. */
  version: string;
  /** Its media type. */
  contentType: string;
  /** Whether search sees it. */
  indexed: boolean;
  /** Its size in bytes. */
  sizeBytes: number;
  /** Its bytes. */
  chunks(): AsyncIterable<Uint8Array>;
  /** The digests it is said to have; each one is compared. */
  stated?: Partial<ContentDigests>;
}

/** A bundle on its way into the store. */
export interface IncomingBundle {
  /** Its uuid, lower case. */
  uuid: string;
  /** Its version. */
  version: string;
  /** Who puts it and its files. */
  creatorUid: number;
  /** Its files in order. */
  files: IncomingFile[];
}

interface StoredFile {
  staged: StagedContent;
  record: BundleFileRecord;
  content: FileContent;
}

/**
 * Stores a bundle: first all bytes, invisible, every digest compared; then
 * the bytes under their hashes; then, in one transaction, the records. Ended
 * at any point, the store has the whole bundle or nothing of it.
 *
 * @returns whether the bundle was new
 * @throws {IntegrityError} naming every file that is not what it is said to be
 * @throws {LocalError} when another content has the same uuid and version, or
 * the disk refuses
 * @throws {RefusedError} when the names cannot stand in one directory, or one
 * file version has two contents
 */
export async function putBundle(
  store: {
    repository: Repository;
    blobs: ContentStore;
    createHash: CreateHash;
  },
  bundle: IncomingBundle,
): Promise<boolean> {
  checkNames(bundle.files.map((file) => file.name), "the bundle");
  const { uuid, version, creatorUid } = bundle;
  const stored: StoredFile[] = [];
  try {
    await stageFiles(store, bundle, stored);
    checkVersions(store.repository, stored);
    // Before any bytes are published, though it is asked again with the
    // records: a refused bundle leaves nothing.
    const files = stored.map(({ record }) => record);
    store.repository.hasBundle({ uuid, version, creatorUid, files });
    for (const { staged, record } of stored) {
      await staged.publish(record.sha256);
    }
  } catch (error) {
    await Promise.allSettled(stored.map(({ staged }) => staged.discard()));
    throw error;
  }
  const files = stored.map(({ record }) => record);
  return store.repository.putBundle({
    uuid,
    version,
    creatorUid,
    files,
    document: JSON.stringify(buildIndexDocument({
      uuid,
      version,
      manifest: manifestOf(bundle, files),
      contents: stored.map(({ content }) => content),
    })),
  });
}

async function stageFiles(
  store: { blobs: ContentStore; createHash: CreateHash },
  bundle: IncomingBundle,
  stored: StoredFile[],
): Promise<void> {
  const differences: string[] = [];
  for (const file of bundle.files) {
    const staged = await store.blobs.stage();
    const entry: StoredFile = {
      staged,
      record: { ...file, creatorUid: bundle.creatorUid, ...NO_DIGESTS },
      content: { ...file, bytes: new Uint8Array() },
    };
    stored.push(entry);
    const { digests, bytes } = await copy(file, staged, store.createHash)
      .catch((error) => {
        throw error instanceof IntegrityError
          ? new IntegrityError(
            `${quote(file.name)} changed while it was read: ${error.message}`,
            { cause: error },
          )
          : error;
      });
    entry.record = { ...entry.record, ...digests };
    entry.content.bytes = bytes;
    await staged.seal();
    const wrong = differingDigests(file, digests);
    if (wrong.length > 0) {
      differences.push(`${quote(file.name)} (${wrong.join(", ")})`);
    }
  }
  if (differences.length > 0) {
    throw new IntegrityError(
      `${differences.length} of ${bundle.files.length} files are not what ` +
        `the manifest says: ${differences.slice(0, 10).join("; ")}`,
    );
  }
}

const NO_DIGESTS = {
  sizeBytes: 0,
  sha256: "",
  sha1: "",
  crc32c: "",
  s3Etag: "",
};

async function copy(
  file: IncomingFile,
  staged: StagedContent,
  createHash: CreateHash,
): Promise<{ digests: ContentDigests; bytes: Uint8Array }> {
  const { sizeBytes, indexed } = file;
  const isKept = indexed && sizeBytes <= INDEXED_LIMIT_BYTES;
  const kept = new Uint8Array(isKept ? sizeBytes : 0);
  const digester = new ContentDigester({ createHash, sizeBytes });
  let offset = 0;
  for await (const chunk of file.chunks()) {
    digester.update(chunk);
    if (isKept && offset + chunk.length <= sizeBytes) kept.set(chunk, offset);
    offset += chunk.length;
    await staged.file.write(chunk);
  }
  return { digests: digester.finish(), bytes: kept };
}

function differingDigests(file: IncomingFile, found: ContentDigests): string[] {
  const { stated = {} } = file;
  const wrong: string[] = [];
  if (stated.sizeBytes !== undefined && stated.sizeBytes !== found.sizeBytes) {
    wrong.push(`size ${found.sizeBytes} instead of ${stated.sizeBytes}`);
  }
  for (const name of ["sha256", "sha1", "crc32c", "s3Etag"] as const) {
    const expected = stated[name];
    if (expected !== undefined && !sameDigest(expected, found[name])) {
      wrong.push(`${name} differs`);
    }
  }
  return wrong;
}

function checkVersions(repository: Repository, stored: StoredFile[]): void {
  const seen = new Map<string, string>();
  for (const { record: { name, uuid, version, sha256 } } of stored) {
    const other = seen.get(`${uuid}.${version}`) ?? sha256;
    seen.set(`${uuid}.${version}`, sha256);
    if (other !== sha256) {
      throw new RefusedError(
        `file ${uuid} version ${version} (${quote(name)}) is in the bundle ` +
          "twice, with two contents",
      );
    }
    const known = repository.file(uuid, version);
    if (known === undefined || known.sha256 === sha256) continue;
    throw new LocalError(
      `file ${uuid} version ${version} (${quote(name)}) is in the store ` +
        "with another content",
      { reason: "exists", hint: "Give the file another uuid or version." },
    );
  }
}

/** The manifest as the DSS stores it. */
function manifestOf(
  bundle: IncomingBundle,
  files: BundleFileRecord[],
): Record<string, Json> {
  return {
    format: "0.0.1",
    version: bundle.version,
    creator_uid: bundle.creatorUid,
    files: files.map((file) => describeFile(file, "s3-etag")),
  };
}
