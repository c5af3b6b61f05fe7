import {
  directoryName,
  IntegrityError,
  joinPath,
  LocalError,
  type LocalReason,
  quote,
  type Runtime,
  toHex,
} from "../base/mod.ts";
import type { DirectorySyncer } from "./directory_syncer.ts";
import type { SafeDirectories } from "./safe_directories.ts";
import type { Placement } from "./transfer_store.ts";

/** What {@linkcode placeFile} works with. */
export interface PlaceTools {
  /** The machine. */
  runtime: Pick<Runtime, "files" | "random" | "createHash">;
  /** Makes the directories. */
  directories: SafeDirectories;
  /** Makes their entries durable. */
  syncer: DirectorySyncer;
}

/** A content of the store and a place for it. */
export interface PlaceJob {
  /** Its file in the store. */
  source: string;
  /** Where it shall stand. */
  target: string;
  /** Its SHA-256, 64 lower-case hex digits. */
  sha256: string;
  /** Whether another file that stands there is replaced. */
  force: boolean;
}

// What a link cannot do and a copy can: another file system, no more links
// to one file, a file system without links, a link that is not permitted.
const COPIED: readonly LocalReason[] = [
  "cross_device",
  "too_many_links",
  "unsupported",
  "permission",
  "other",
];

/**
 * Puts a content of the store at another place: a hard link, or a verified
 * copy where links are not possible. What stands there already is accepted
 * if it is the same content. Another content is never overwritten unless
 * `force` is set, and a directory never.
 *
 * @throws {LocalError} when something else stands there, or the disk refuses
 * @throws {IntegrityError} when the content of the store is damaged
 */
export async function placeFile(
  job: PlaceJob,
  tools: PlaceTools,
): Promise<Placement> {
  const directory = directoryName(job.target);
  await tools.directories.ensure(directory);
  const placement = await putThere(job, tools);
  if (placement !== "there") await tools.syncer.sync(directory);
  return placement;
}

async function putThere(job: PlaceJob, tools: PlaceTools): Promise<Placement> {
  const { files } = tools.runtime;
  try {
    await files.link(job.source, job.target);
    return "linked";
  } catch (error) {
    if (!(error instanceof LocalError)) throw error;
    if (error.reason === "exists") return await replace(job, tools);
    if (!COPIED.includes(error.reason)) throw error;
    if (await isThere(job, tools)) return "there";
    return await replaceByCopy(job, tools);
  }
}

/** Something stands there: it is the content, or it is in the way. */
async function replace(job: PlaceJob, tools: PlaceTools): Promise<Placement> {
  const { files } = tools.runtime;
  if (await isThere(job, tools)) return "there";
  const temporary = temporaryName(job, tools);
  try {
    await files.link(job.source, temporary);
  } catch (error) {
    if (!(error instanceof LocalError && COPIED.includes(error.reason))) {
      throw error;
    }
    return await replaceByCopy(job, tools);
  }
  await renameOver(temporary, job, tools);
  return "linked";
}

/**
 * Whether the place has the content already.
 *
 * @throws {LocalError} when it has another one, unless that may be replaced
 */
async function isThere(
  { source, target, sha256, force }: PlaceJob,
  { runtime: { files, createHash } }: PlaceTools,
): Promise<boolean> {
  const found = await files.lstat(target);
  if (found === undefined) return false;
  const wanted = await files.lstat(source);
  if (found.identity !== "" && found.identity === wanted?.identity) return true;
  if (found.kind === "file" && found.sizeBytes === wanted?.sizeBytes) {
    const hash = createHash("sha256");
    for await (const chunk of files.readChunks(target)) hash.update(chunk);
    if (toHex(hash.digest()) === sha256) return true;
  }
  const isReplaced = force &&
    (found.kind === "file" || found.kind === "symlink");
  if (isReplaced) return false;
  const what = found.kind === "file"
    ? "exists with another content"
    : found.kind === "symlink"
    ? "is a symbolic link"
    : found.kind === "directory"
    ? "is a directory"
    : "is not a file";
  throw new LocalError(`${quote(target, 200)} ${what} and is not overwritten`, {
    path: target,
    reason: "exists",
    hint: found.kind === "file"
      ? "Move it away, choose another --download-dir, or replace it with " +
        "--force."
      : "Move it away or choose another --download-dir.",
  });
}

/** Copies, comparing the hash on the way, and gives the copy its name. */
async function replaceByCopy(
  job: PlaceJob,
  tools: PlaceTools,
): Promise<Placement> {
  const { files, createHash } = tools.runtime;
  const temporary = temporaryName(job, tools);
  const file = await files.create(temporary);
  try {
    const hash = createHash("sha256");
    try {
      for await (const chunk of files.readChunks(job.source)) {
        hash.update(chunk);
        await file.write(chunk);
      }
      await file.sync();
    } finally {
      file.close();
    }
    if (toHex(hash.digest()) !== job.sha256) {
      throw new IntegrityError(
        `${quote(job.source, 200)} is damaged and was not copied`,
        { hint: "Run it again with --verify." },
      );
    }
  } catch (error) {
    await removeQuietly(temporary, tools);
    throw error;
  }
  await renameOver(temporary, job, tools);
  return "copied";
}

// The name is ours and never the server's.
function temporaryName(job: PlaceJob, { runtime }: PlaceTools): string {
  const token = runtime.random().toString(36).slice(2, 12);
  return joinPath(
    directoryName(job.target),
    `.${job.sha256.slice(0, 16)}.${token}.part`,
  );
}

async function renameOver(
  temporary: string,
  job: PlaceJob,
  tools: PlaceTools,
): Promise<void> {
  try {
    await tools.runtime.files.rename(temporary, job.target);
  } catch (error) {
    await removeQuietly(temporary, tools);
    throw error;
  }
}

/** What failed first is the news. */
async function removeQuietly(path: string, tools: PlaceTools): Promise<void> {
  await tools.runtime.files.remove(path).catch(() => {});
}
