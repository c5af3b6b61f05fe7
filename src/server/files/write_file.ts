import { IntegrityError, type Json, LocalError } from "../../base/mod.ts";
import type { DssContext } from "../context.ts";
import { Problem } from "../problem.ts";
import type { BlobRecord, FileRecord } from "../records.ts";
import { copyContent } from "./copy_content.ts";
import { addCopyTask } from "./copy_tasks.ts";
import { findSource } from "./find_source.ts";
import { requireContents } from "./require_contents.ts";
import { type Source, unreachableSource } from "./source.ts";
import { checkStated } from "./stated_checksums.ts";

/** A version of a file that is to be made of a content elsewhere. */
export type FileCopy = {
  /** The file's uuid, lower case. */
  uuid: string;
  /** Its version. */
  version: string;
  /** Who puts it. */
  creatorUid: number;
  /** Where its content is. */
  sourceUrl: string;
} & { [key: string]: Json };

/** What became of a file that was put; `later` is copied by a task. */
export type FileOutcome =
  | { kind: "new" | "same" }
  | { kind: "later"; taskId: string };

/**
 * Makes a version of a file: at once if its content is small or there, else
 * by a task.
 *
 * @throws {Problem} 409 `file_already_exists` when the version is there and
 * differs in anything; 422 `invalid_checksum` when the content is not what it
 * is said to be, and nothing is stored then; else as the source says
 */
export async function writeFile(
  context: DssContext,
  file: FileCopy,
): Promise<FileOutcome> {
  const source = await findSource(context, file.sourceUrl);
  try {
    const known = await findCopied(context, source);
    if (known !== undefined) {
      return { kind: recordFile(context, toRecord(file, source, known)) };
    }
    if (source.sizeBytes > context.settings.asyncAboveBytes) {
      return { kind: "later", taskId: addCopyTask(context, file) };
    }
    return { kind: await copyAndRecord(context, file, source) };
  } finally {
    await source.close();
  }
}

/**
 * Makes a version of a file, however large it is.
 *
 * @param signal ends the copying
 * @throws {Problem} as {@linkcode writeFile}
 */
export async function copyFile(
  context: DssContext,
  file: FileCopy,
  signal: AbortSignal,
): Promise<void> {
  const source = await findSource(context, file.sourceUrl);
  try {
    const known = await findCopied(context, source);
    if (known !== undefined) {
      recordFile(context, toRecord(file, source, known));
    } else await copyAndRecord(context, file, source, signal);
  } finally {
    await source.close();
  }
}

/** The content that a source is said to be, if the store has it. */
async function findCopied(
  { repository, blobs }: DssContext,
  { sizeBytes, stated }: Source,
): Promise<BlobRecord | undefined> {
  const blob = repository.blob(stated.sha256 ?? "");
  if (blob === undefined) return undefined;
  const isSaid = blob.sizeBytes === sizeBytes && blob.sha1 === stated.sha1 &&
    blob.crc32c === stated.crc32c && blob.s3Etag === stated.s3Etag;
  if (!isSaid) return undefined;
  const state = await blobs.state(blob.sha256, sizeBytes);
  return state === "present" ? blob : undefined;
}

async function copyAndRecord(
  context: DssContext,
  file: FileCopy,
  source: Source,
  signal?: AbortSignal,
): Promise<"new" | "same"> {
  const { staged, digests } = await copyContent(context, {
    sizeBytes: source.sizeBytes,
    chunks: () => stoppable(source.chunks(), signal),
  }).catch((error) => {
    throw describeFailure(source, error);
  });
  const record = toRecord(file, source, digests);
  try {
    checkStated(source, digests);
    // A refused file leaves nothing; it is asked again with the record.
    compareFile(context, record);
    await staged.publish(digests.sha256);
  } catch (error) {
    await staged.discard().catch(() => {});
    throw error;
  }
  return recordFile(context, record);
}

function recordFile(context: DssContext, file: FileRecord): "new" | "same" {
  return context.database.transaction(() => {
    if (!context.repository.insertFile(file)) return compareFile(context, file);
    requireContents(context, [file]);
    return "new";
  });
}

function compareFile({ repository }: DssContext, file: FileRecord): "same" {
  const { uuid, version } = file;
  const known = repository.file(uuid, version) ?? file;
  const isSame = known.sha256 === file.sha256 &&
    known.contentType === file.contentType &&
    known.creatorUid === file.creatorUid;
  if (isSame) return "same";
  throw new Problem(
    409,
    "file_already_exists",
    `File ${uuid} version ${version} exists and is different`,
  );
}

function toRecord(
  { uuid, version, creatorUid }: FileCopy,
  { contentType }: Source,
  { sizeBytes, sha256, sha1, crc32c, s3Etag }: BlobRecord,
): FileRecord {
  const digests = { sizeBytes, sha256, sha1, crc32c, s3Etag };
  return { uuid, version, creatorUid, contentType, ...digests };
}

function describeFailure({ name }: Source, error: unknown): unknown {
  if (error instanceof IntegrityError) {
    return unreachableSource(
      `${name} changed while it was read: ${error.message}`,
    );
  }
  // What breaks off on the way is the runtime's own error.
  return error instanceof Problem || error instanceof LocalError
    ? error
    : unreachableSource(`${name} cannot be read to its end`);
}

async function* stoppable(
  chunks: AsyncIterable<Uint8Array>,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    signal?.throwIfAborted();
    yield chunk;
  }
}
