import {
  checkNames,
  type HcaError,
  IntegrityError,
  LocalError,
  quote,
  RefusedError,
} from "../base/mod.ts";
import { type ContentDigests, sameDigest } from "../checksum/mod.ts";
import {
  type BundleVersion,
  compareBundle,
  prepareBundle,
  recordBundle,
} from "./bundles/mod.ts";
import type { DssContext } from "./context.ts";
import {
  type CopiedContent,
  copyContent,
  requireContents,
} from "./files/mod.ts";
import { inGroups } from "./in_groups.ts";
import type { BundleFileRecord } from "./records.ts";
import type { Repository } from "./repository.ts";

// Small files wait for the disk, which syncs some as fast as one.
const AT_ONCE = 16;

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

/**
 * Stores a bundle with its files: first all bytes, invisible, every digest
 * compared; then the bytes under their hashes; then, in one transaction, the
 * records. Ended at any point, the store has the whole bundle or nothing of
 * it.
 *
 * @returns whether the bundle was new
 * @throws {IntegrityError} naming every file that is not what it is said to be
 * @throws {LocalError} when another content has the same uuid and version, or
 * the disk refuses
 * @throws {RefusedError} when the names cannot stand in one directory, or one
 * file version has two contents
 */
export async function putBundle(
  context: DssContext,
  incoming: IncomingBundle,
): Promise<boolean> {
  checkNames(incoming.files.map((file) => file.name), "the bundle");
  const { uuid, version, creatorUid } = incoming;
  const contents: CopiedContent[] = [];
  let bundle: BundleVersion;
  try {
    const files = await stageFiles(context, incoming, contents);
    checkVersions(context.repository, files);
    bundle = { uuid, version, creatorUid, files };
    // Before any bytes are published, though it is asked again with the
    // records: a refused bundle leaves nothing.
    checkBundle(context, bundle);
    await inGroups(
      contents,
      AT_ONCE,
      ({ staged, digests }) => staged.publish(digests.sha256),
    );
  } catch (error) {
    await Promise.allSettled(contents.map(({ staged }) => staged.discard()));
    throw error;
  }
  return await record(context, withKnownFacts(context.repository, bundle));
}

/** A bundle whose files are as the store has them, where it has them. */
function withKnownFacts(
  repository: Repository,
  bundle: BundleVersion,
): BundleVersion {
  const files = bundle.files.map((file) => ({
    ...file,
    ...repository.file(file.uuid, file.version),
  }));
  return { ...bundle, files };
}

async function record(
  context: DssContext,
  bundle: BundleVersion,
): Promise<boolean> {
  const prepared = await prepareBundle(context, bundle);
  return context.database.transaction(() => {
    checkBundle(context, bundle);
    checkVersions(context.repository, bundle.files);
    for (const file of bundle.files) context.repository.insertFile(file);
    requireContents(context, bundle.files);
    return recordBundle(context, prepared, { ignoresCreator: true }) === "new";
  });
}

async function stageFiles(
  context: DssContext,
  { files, creatorUid }: IncomingBundle,
  contents: CopiedContent[],
): Promise<BundleFileRecord[]> {
  const found = await inGroups(files, AT_ONCE, async (file) => {
    const content = await copyContent(context, file).catch((error) => {
      throw error instanceof IntegrityError
        ? new IntegrityError(
          `${quote(file.name)} changed while it was read: ${error.message}`,
          { cause: error },
        )
        : error;
    });
    contents.push(content);
    return content.digests;
  });
  const differences: string[] = [];
  const records: BundleFileRecord[] = [];
  for (const [index, file] of files.entries()) {
    const digests = found[index];
    if (digests === undefined) continue;
    const wrong = differingDigests(file, digests);
    if (wrong.length > 0) {
      differences.push(`${quote(file.name)} (${wrong.join(", ")})`);
    }
    const { name, uuid, version, contentType, indexed } = file;
    const facts = { name, uuid, version, contentType, indexed, creatorUid };
    records.push({ ...facts, ...digests });
  }
  if (differences.length === 0) return records;
  throw new IntegrityError(
    `${differences.length} of ${files.length} files are not what ` +
      `the manifest says: ${differences.slice(0, 10).join("; ")}`,
  );
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

function checkVersions(
  repository: Repository,
  files: readonly BundleFileRecord[],
): void {
  const seen = new Map<string, string>();
  for (const { name, uuid, version, sha256 } of files) {
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
    throw exists(
      `file ${uuid} version ${version} (${quote(name)})`,
      "the file",
    );
  }
}

// Who imports is nobody in particular, so another creator is no difference.
function checkBundle(context: DssContext, bundle: BundleVersion): void {
  const found = compareBundle(context, bundle, { ignoresCreator: true });
  if (found !== "different") return;
  throw exists(`bundle ${bundle.uuid} version ${bundle.version}`, "it");
}

function exists(what: string, short: string): HcaError {
  return new LocalError(`${what} is in the store with another content`, {
    reason: "exists",
    hint: `Give ${short} another uuid or version.`,
  });
}
