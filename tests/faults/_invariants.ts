/**
 * What must be true of the disk after every run, whatever went wrong in it.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { join } from "node:path";
import { BUNDLE_UUID, BUNDLE_VERSION, type FaultyService } from "./_service.ts";

/** The store below a download directory. */
export const STORE = ".hca/v2/files_2_4";
// POSIX.1-2024, sys/stat.h leaves it open; all systems of ours count these.
const BLOCK_BYTES = 512;

/** The directory of the bundle below a download directory. */
export const BUNDLE_DIRECTORY = `${BUNDLE_UUID}.${BUNDLE_VERSION}`;

// A journal is written beside itself and renamed.
const PART = /^[0-9a-f]{64}\.[^.]+\.part(\.json(\.new)?)?$/;

/** How {@linkcode diskProblems} looks at a directory. */
export interface DiskExpectations {
  /** Whether everything must be there and nothing unfinished left. */
  isWhole?: boolean;
  /** Names in the download directory that are not hca's. */
  others?: readonly string[];
  /** Whether the files stand in the bundle's directory too. Default: yes. */
  isLaidOut?: boolean;
}

/**
 * Reads a download directory and says what should not be so: a file under a
 * final name whose bytes are not those of that name, a file that nobody knows
 * of, and, of a whole one, what is missing or left over.
 */
export async function diskProblems(
  directory: string,
  service: Pick<FaultyService, "files">,
  { isWhole = false, others = [], isLaidOut = true }: DiskExpectations = {},
): Promise<string[]> {
  const problems: string[] = [];
  const found = await filesBelow(directory);
  const states = new Map(
    service.files.map(({ name, sha256 }) => [
      `${BUNDLE_DIRECTORY}/${name}`,
      sha256,
    ]),
  );
  const bundleJson = `${BUNDLE_DIRECTORY}/bundle.json`;
  for (const path of found) {
    if (others.includes(path.split("/", 1)[0] ?? "")) continue;
    if (path.startsWith(`${STORE}/`)) {
      const problem = await storeProblem(directory, path, isWhole);
      if (problem !== undefined) problems.push(problem);
      continue;
    }
    if (path === bundleJson) {
      if (!await isBundle(join(directory, path))) {
        problems.push(`${path} is not the bundle`);
      }
      continue;
    }
    const sha256 = states.get(path);
    if (sha256 === undefined) problems.push(`${path} is stray`);
    else if (await hashOf(join(directory, path)) !== sha256) {
      problems.push(`${path} is not what the bundle states`);
    }
  }
  if (!isWhole) return problems;
  const wanted = [
    ...(isLaidOut ? [bundleJson, ...states.keys()] : []),
    ...service.files.map(({ sha256 }) => storePath(sha256)),
  ];
  for (const path of wanted) {
    if (!found.includes(path)) problems.push(`${path} is missing`);
  }
  return problems;
}

/** Where a content stands, below the download directory. */
export function storePath(sha256: string): string {
  return `${STORE}/${sha256.slice(0, 2)}/${sha256.slice(2, 6)}/${sha256}`;
}

/** The unfinished files of a store. */
export async function partsOf(directory: string): Promise<string[]> {
  const found = await filesBelow(join(directory, STORE));
  return found.filter((path) => PART.test(path.replace(/.*\//, "")));
}

/**
 * Bytes of unfinished files that were written; where the file system does not
 * count blocks, their length, which they have from the start.
 */
export async function arrivedBytes(directory: string): Promise<number> {
  let sum = 0;
  for (const part of await partsOf(directory)) {
    try {
      const info = await Deno.stat(join(directory, STORE, part));
      sum += info.blocks === null ? info.size : info.blocks * BLOCK_BYTES;
    } catch (error) {
      // It is finished.
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
  return sum;
}

/** Everything below a directory that is not one, sorted; links as links. */
export async function filesBelow(
  directory: string,
  prefix = "",
): Promise<string[]> {
  const names: string[] = [];
  try {
    for await (const entry of Deno.readDir(directory)) {
      const name = `${prefix}${entry.name}`;
      if (!entry.isDirectory) names.push(name);
      else {
        const below = join(directory, entry.name);
        names.push(...await filesBelow(below, `${name}/`));
      }
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return names.sort();
}

/** SHA-256 of a file, 64 hex digits, read in pieces. */
export async function hashOf(path: string): Promise<string> {
  const hash = createHash("sha256");
  using file = await Deno.open(path);
  const buffer = new Uint8Array(1 << 20);
  for (let count; (count = await file.read(buffer)) !== null;) {
    hash.update(buffer.subarray(0, count));
  }
  return hash.digest("hex");
}

async function storeProblem(
  directory: string,
  path: string,
  isWhole: boolean,
): Promise<string | undefined> {
  const name = path.replace(/.*\//, "");
  if (PART.test(name)) return isWhole ? `${path} is left over` : undefined;
  if (!/^[0-9a-f]{64}$/.test(name) || path !== storePath(name)) {
    return `${path} is stray`;
  }
  return await hashOf(join(directory, path)) === name
    ? undefined
    : `${path} is not the content of that name`;
}

async function isBundle(path: string): Promise<boolean> {
  try {
    const { bundle } = JSON.parse(await Deno.readTextFile(path));
    return bundle.uuid === BUNDLE_UUID && bundle.version === BUNDLE_VERSION;
  } catch {
    return false;
  }
}
