import { directoryName, joinPath } from "../../base/mod.ts";
import { remainsIn } from "../remains.ts";
import { BLOBS_NAME } from "../store_names.ts";
import type { CheckContext, StoreProblem } from "./store_problem.ts";

const SHA256 = /^[0-9a-f]{64}$/;
const PART = /^[0-9a-z]+\.part$/;
const HOUR_MS = 60 * 60 * 1000;
const DAY_MS = 24 * HOUR_MS;

/** What counts as left over, and what becomes of it. */
export interface LeftoverOptions {
  /** What was touched since may still be at work, ms; default: by its kind. */
  olderThanMs: number | undefined;
  /** Whether it is removed. */
  removes: boolean;
}

interface Leftover {
  kind: "part" | "orphan";
  path: string;
  /** How it is called in reports. */
  subject: string;
  detail: string;
}

/**
 * Finds what only takes room: copies, backups and restores that were never
 * finished, contents of no file.
 */
export async function* checkLeftovers(
  context: CheckContext,
  options: LeftoverOptions,
): AsyncGenerator<StoreProblem> {
  for await (const leftover of findLeftovers(context)) {
    const { kind, path, subject, detail } = leftover;
    // What an import has copied first stays untouched until it has all.
    const olderThanMs = options.olderThanMs ??
      (kind === "part" ? DAY_MS : HOUR_MS);
    const untilMs = context.clock.now() - olderThanMs;
    if (await touchedAtMs(context, path) > untilMs) continue;
    const isRemoved = options.removes &&
      await removeLeftover(context, leftover, untilMs);
    yield { kind, subject, detail, isHarmless: true, isRemoved };
  }
}

async function* findLeftovers(
  context: CheckContext,
): AsyncGenerator<Leftover> {
  const root = joinPath(context.dataDir, BLOBS_NAME);
  for await (const path of filesBelow(context, root)) {
    const name = nameOf(path);
    const subject = path.slice(root.length + 1);
    if (PART.test(name)) {
      const detail = "a copy that was never finished";
      yield { kind: "part", path, subject, detail };
    } else if (SHA256.test(name) && !isOfFile(context, path)) {
      const detail = "no file has this content";
      yield { kind: "orphan", path, subject, detail };
    }
  }
  for (const name of await remainsIn(context.files, context.dataDir)) {
    const detail = "of something that was never finished";
    const path = joinPath(context.dataDir, name);
    yield { kind: "part", path, subject: name, detail };
  }
}

async function* filesBelow(
  context: CheckContext,
  directory: string,
): AsyncGenerator<string> {
  const info = await context.files.lstat(directory);
  if (info?.kind !== "directory") return;
  for (const { name, kind } of await context.files.list(directory)) {
    const path = joinPath(directory, name);
    if (kind === "directory") yield* filesBelow(context, path);
    else yield path;
  }
}

/**
 * Removes a leftover. A content that somebody has put in the meantime is left
 * alone: nobody records one during a transaction, and who records one later
 * sees that it is gone.
 */
async function removeLeftover(
  context: CheckContext,
  { kind, path }: Leftover,
  untilMs: number,
): Promise<boolean> {
  const { database, files } = context;
  if (kind === "part") {
    await files.remove(path, { recursive: true });
    return true;
  }
  const isRemoved = database.transaction(() => {
    const { modifiedAtMs = Infinity } = files.lstatNow(path) ?? {};
    if (modifiedAtMs > untilMs || isOfFile(context, path)) return false;
    files.removeNow(path);
    return true;
  });
  if (isRemoved) await files.syncDirectory(directoryName(path));
  return isRemoved;
}

function isOfFile({ repository, blobs }: CheckContext, path: string): boolean {
  const sha256 = nameOf(path);
  return repository.blob(sha256) !== undefined && blobs.pathOf(sha256) === path;
}

function nameOf(path: string): string {
  return path.replace(/^.*\//s, "");
}

/** When something, or what is in it, was touched last; Infinity if gone. */
async function touchedAtMs(
  context: CheckContext,
  path: string,
): Promise<number> {
  const info = await context.files.lstat(path);
  let atMs = info?.modifiedAtMs ?? (info === undefined ? Infinity : 0);
  for await (const inner of filesBelow(context, path)) {
    const { modifiedAtMs = 0 } = await context.files.lstat(inner) ?? {};
    atMs = Math.max(atMs, modifiedAtMs);
  }
  return atMs;
}
