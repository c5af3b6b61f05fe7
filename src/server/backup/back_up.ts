import {
  type CreateHash,
  type Database,
  type FileSystem,
  IntegrityError,
  joinPath,
  type Random,
  throwIfAborted,
  toHex,
  writeFileAtomically,
} from "../../base/mod.ts";
import type { ContentStore } from "../../store/mod.ts";
import { backupName } from "../remains.ts";
import { allBlobs } from "./all_blobs.ts";
import { DATABASE_SUFFIXES } from "../store_names.ts";
import { BLOCK_BYTES, tarHeader } from "./tar_header.ts";

/** The name of the database in an archive. */
export const DATABASE_ENTRY = "dss.sqlite";
/** What the names of contents begin with, their SHA-256 behind it. */
export const BLOB_PREFIX = "blobs/";

/** What a backup is made of. */
export interface BackupTools {
  /** The database of the store. */
  database: Database;
  /** Opens a copy of it. */
  openDatabase: (path: string) => Database;
  /** The contents. */
  blobs: ContentStore;
  /** The machine. */
  files: FileSystem;
  /** Randomness for names. */
  random: Random;
  /** Digests. */
  createHash: CreateHash;
  /** The directory of the store, for the copy of the database. */
  dataDir: string;
  /** Wall time, milliseconds since 1970. */
  nowMs: number;
  /** Ends it on the way. */
  signal?: AbortSignal;
}

/** What a backup holds. */
export interface BackupReport {
  /** Contents. */
  blobs: number;
  /** Bytes of the contents. */
  sizeBytes: number;
}

/**
 * Writes a store to one archive (tar) while it may be in use: first a copy of
 * the database as it is at one moment, then the contents that it names, which
 * never change. The file has its name when all of it is there; only its owner
 * may read it, for the database has secrets.
 *
 * @throws {IntegrityError} when a content is missing or damaged: of such a
 * backup no store could be made
 * @throws {LocalError} when the disk refuses
 * @throws {CancelledError} when the signal is aborted; nothing stays then
 */
export async function backUp(
  tools: BackupTools,
  path: string,
): Promise<BackupReport> {
  const { database, files, random, dataDir } = tools;
  const token = random().toString(36).slice(2);
  const copy = joinPath(files.absolute(dataDir), backupName(token));
  const report: BackupReport = { blobs: 0, sizeBytes: 0 };
  try {
    // SQLite takes an empty file, and would make one that all may read.
    (await files.create(copy, { mode: 0o600 })).close();
    database.prepare("VACUUM INTO ?").run(copy);
    await writeFileAtomically(tools, path, archive(tools, copy, report), {
      mode: 0o600,
    });
    return report;
  } finally {
    await files.remove(copy);
  }
}

async function* archive(
  tools: BackupTools,
  copy: string,
  report: BackupReport,
): AsyncGenerator<Uint8Array> {
  const { files, openDatabase } = tools;
  yield* entry(tools, DATABASE_ENTRY, copy);
  const snapshot = openDatabase(copy);
  try {
    for (const { sha256, sizeBytes } of allBlobs(snapshot)) {
      yield* contentEntry(tools, sha256, sizeBytes);
      report.blobs++;
      report.sizeBytes += sizeBytes;
    }
  } finally {
    snapshot.close();
    // What SQLite put beside the copy.
    for (const suffix of DATABASE_SUFFIXES) await files.remove(copy + suffix);
  }
  yield new Uint8Array(2 * BLOCK_BYTES);
}

async function* contentEntry(
  tools: BackupTools,
  sha256: string,
  sizeBytes: number,
): AsyncGenerator<Uint8Array> {
  const { blobs, createHash } = tools;
  const hash = createHash("sha256");
  const isThere = await blobs.state(sha256, sizeBytes) === "present";
  if (isThere) {
    const name = `${BLOB_PREFIX}${sha256}`;
    const see = (chunk: Uint8Array) => hash.update(chunk);
    yield* entry(tools, name, blobs.pathOf(sha256), see);
  }
  if (isThere && toHex(hash.digest()) === sha256) return;
  throw new IntegrityError(
    `the content ${sha256} of the store is missing or damaged`,
    { hint: "'hca local check' says more." },
  );
}

async function* entry(
  { files, nowMs, signal }: BackupTools,
  name: string,
  path: string,
  see: (chunk: Uint8Array) => void = () => {},
): AsyncGenerator<Uint8Array> {
  const sizeBytes = (await files.stat(path))?.sizeBytes ?? 0;
  yield tarHeader({ name, sizeBytes }, nowMs);
  for await (const chunk of files.readChunks(path, { end: sizeBytes })) {
    throwIfAborted(signal);
    see(chunk);
    yield chunk;
  }
  const rest = sizeBytes % BLOCK_BYTES;
  if (rest > 0) yield new Uint8Array(BLOCK_BYTES - rest);
}
