import {
  baseName,
  checkNames,
  type FileSystem,
  formatFqid,
  type Fqid,
  joinPath,
  LocalError,
  quote,
  RefusedError,
  whyUnsafeName,
} from "../../base/mod.ts";
import type { BundleFileRecord } from "../records.ts";
import {
  BundleDirectory,
  type BundleDirectoryOptions,
} from "./bundle_directory.ts";

/** A bundle that is to be laid out in a directory. */
export interface BundleLayout {
  /** The key of the job: what it does halfway is under this name. */
  id: string;
  /** The bundle. */
  bundle: Fqid;
  /** Its files. */
  members: readonly BundleFileRecord[];
  /** The directory that stands for a bucket; it is there. */
  destination: string;
}

/**
 * Lays a bundle out in `bundles/<uuid>.<version>/` of a directory. The
 * bundle's directory gets that name when it is whole; begun again after a
 * crash, it goes on with what is there. One that was there before is repaired
 * file by file, and what else is in it stays.
 *
 * @returns the path of the bundle's directory
 * @throws {RefusedError} when names of the bundle cannot be those of files
 * @throws {IntegrityError} when the store's content is not what it should be
 * @throws {LocalError} when the disk refuses, or something is in the way
 * @throws {CancelledError} when aborted; then, all that is done stays
 */
export async function layOutBundle(
  tools: LayoutTools,
  { id, bundle, members, destination }: BundleLayout,
  signal: AbortSignal,
): Promise<string> {
  const { files } = tools;
  checkLayout(bundle, members);
  const parent = joinPath(destination, "bundles");
  const path = joinPath(parent, formatFqid(bundle));
  const workPath = joinPath(parent, `.${id}.part`);
  const fill = async (directory: string): Promise<void> => {
    const options = { ...tools, path: directory, workPath };
    await new BundleDirectory(options).fill(members, signal);
  };
  try {
    await files.makeDirectory(workPath);
    if (await isDirectory(files, path)) await fill(path);
    else await makeWhole(files, { path, workPath }, fill);
    await files.syncDirectory(parent);
    await files.remove(workPath, { recursive: true });
  } catch (error) {
    if (!signal.aborted) await files.remove(workPath, { recursive: true });
    throw error;
  }
  return path;
}

type LayoutTools = Pick<
  BundleDirectoryOptions,
  "files" | "blobs" | "createHash"
>;

async function makeWhole(
  files: FileSystem,
  { path, workPath }: { path: string; workPath: string },
  fill: (directory: string) => Promise<void>,
): Promise<void> {
  const whole = joinPath(workPath, "bundle");
  await files.makeDirectory(whole);
  await fill(whole);
  try {
    await files.rename(whole, path);
  } catch (error) {
    // Another job may have been faster.
    if (!await isDirectory(files, path)) throw error;
    await fill(path);
  }
}

function checkLayout(bundle: Fqid, members: readonly BundleFileRecord[]): void {
  const fqid = formatFqid(bundle);
  const why = fqid.includes("/") ? "it has a slash" : whyUnsafeName(fqid);
  if (why !== undefined) {
    throw new RefusedError(`${quote(fqid)} cannot be a directory: ${why}`);
  }
  checkNames(members.map(({ name }) => name), `bundle ${fqid}`);
}

async function isDirectory(files: FileSystem, path: string): Promise<boolean> {
  const kind = (await files.lstat(path))?.kind;
  if (kind === undefined || kind === "directory") return kind !== undefined;
  throw new LocalError(`${quote(baseName(path))} is there and no directory`, {
    path,
    reason: "not_directory",
  });
}
