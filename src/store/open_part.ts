import {
  type FileSystem,
  HcaError,
  joinPath,
  LocalError,
  type RandomAccessFile,
} from "../base/mod.ts";
import {
  formatJournal,
  type Journal,
  parseJournal,
  writeJournal,
} from "./journal.ts";
import { newToken } from "./new_token.ts";
import { PartContent, type PartTools } from "./part_content.ts";
import { journalName, parsePartName, partName } from "./part_name.ts";
import type { StoredContent } from "./transfer_store.ts";

/** A part that another run, or another process, wrote. */
export interface EarlierPart {
  /** Its path. */
  path: string;
  /** What its journal says. */
  journal: Journal;
  /** Whether nobody can be writing it any more. */
  isAbandoned: boolean;
}

// A process that is stopped may wake up again; after so long, nobody waits
// for one.
const ABANDONED_MS = 3_600_000;

// A journal of a million ranges would be a mistake.
const JOURNAL_LIMIT_BYTES = 1 << 22;

/**
 * Opens the part of a content, taking up the best of those that are there.
 * Only its own process ever writes a part, and no lock is trusted: flock does
 * nothing on some cluster file systems. A part whose process let go of it, or
 * has certainly ended, is taken over by a rename, which only one can do; of
 * any other one the bytes are copied.
 *
 * @param directory where the content's file goes; it is there
 * @param isNew whether nothing can be in it
 * @throws {LocalError} when the disk refuses
 */
export async function openPart(
  content: StoredContent,
  directory: string,
  isNew: boolean,
  tools: PartTools,
): Promise<PartContent> {
  const { files, log, random } = tools.runtime;
  const path = joinPath(directory, partName(content.sha256, newToken(random)));
  const earlier = isNew ? [] : await findParts(content, directory, tools);
  for (const part of earlier) {
    try {
      const opened = part.isAbandoned
        ? await takeOver(part, content, path, tools)
        : await copyRanges(part, content, path, tools);
      log("DEBUG", `took up ${part.path}`);
      return opened;
    } catch (error) {
      // Another process was faster, or the part is not what it says.
      if (!(error instanceof HcaError)) throw error;
      log("DEBUG", `${part.path} cannot be taken up: ${error.message}`);
      await removePart(path, tools);
    }
  }
  const file = await files.openForUpdate(path, { create: true });
  return await createOrRemove(path, file, content, tools);
}

/** The parts of a content, the one with the most bytes first. */
export async function findParts(
  content: StoredContent,
  directory: string,
  { runtime }: Pick<PartTools, "runtime">,
): Promise<EarlierPart[]> {
  const { clock, files, log, processes } = runtime;
  const found: EarlierPart[] = [];
  for (const { name } of await files.list(directory)) {
    const parsed = parsePartName(name);
    if (parsed?.sha256 !== content.sha256 || !parsed.isJournal) continue;
    const journalPath = joinPath(directory, name);
    const info = await files.lstat(journalPath);
    if (info?.kind !== "file" || info.sizeBytes > JOURNAL_LIMIT_BYTES) continue;
    const text = await readText(journalPath, files);
    const journal = parseJournal(
      text,
      content,
      (reason) => log("DEBUG", `${journalPath} is no journal: ${reason}`),
    );
    if (journal === undefined || journal.ranges.length === 0) continue;
    const idleMs = clock.now() - (info.modifiedAtMs ?? Infinity);
    const { owner, released } = journal;
    const hasEnded = owner !== undefined &&
      (processes?.hasEnded(owner) ?? false);
    const isAbandoned = released || hasEnded || idleMs > ABANDONED_MS;
    const path = joinPath(directory, parsed.part);
    found.push({ path, journal, isAbandoned });
  }
  return found.sort((a, b) => sizeOf(b.journal) - sizeOf(a.journal));
}

/** "" when it was tidied away meanwhile, or may not be read. */
async function readText(path: string, files: FileSystem): Promise<string> {
  try {
    return new TextDecoder().decode(await files.read(path));
  } catch (error) {
    if (!(error instanceof LocalError)) throw error;
    return "";
  }
}

function sizeOf({ ranges }: Journal): number {
  return ranges.reduce((sum, { start, end }) => sum + end - start, 0);
}

async function takeOver(
  part: EarlierPart,
  content: StoredContent,
  path: string,
  tools: PartTools,
): Promise<PartContent> {
  const { files } = tools.runtime;
  await checkPart(part, tools);
  // It is there before the part is: whenever this process is killed, one of
  // the two names has both.
  const owner = tools.runtime.processes?.self;
  const journal = formatJournal({ ...part.journal, owner, released: false });
  await writeJournal(path, journal, files);
  await files.rename(part.path, path);
  await files.remove(journalName(part.path));
  const file = await files.openForUpdate(path, { create: false });
  return await PartContent.create(content, path, file, tools, part.journal);
}

async function copyRanges(
  part: EarlierPart,
  content: StoredContent,
  path: string,
  tools: PartTools,
): Promise<PartContent> {
  const { files } = tools.runtime;
  await checkPart(part, tools);
  const file = await files.openForUpdate(path, { create: true });
  try {
    for (const range of part.journal.ranges) {
      let at = range.start;
      for await (const chunk of files.readChunks(part.path, range)) {
        await file.writeAt(at, chunk);
        at += chunk.length;
      }
      if (at !== range.end) throw gone(part);
    }
  } catch (error) {
    file.close();
    throw error;
  }
  return await createOrRemove(path, file, content, tools, part.journal);
}

async function createOrRemove(
  path: string,
  file: RandomAccessFile,
  content: StoredContent,
  tools: PartTools,
  journal?: Journal,
): Promise<PartContent> {
  try {
    return await PartContent.create(content, path, file, tools, journal);
  } catch (error) {
    await removePart(path, tools);
    throw error;
  }
}

/** Whether it can be what its journal says. */
async function checkPart(
  part: EarlierPart,
  { runtime: { files } }: PartTools,
): Promise<void> {
  const found = await files.lstat(part.path);
  const end = part.journal.ranges.at(-1)?.end ?? 0;
  if (found?.kind !== "file" || found.sizeBytes < end) throw gone(part);
}

/** What failed before this is the news. */
async function removePart(
  path: string,
  { runtime: { files } }: PartTools,
): Promise<void> {
  for (const name of [journalName(path), `${journalName(path)}.new`, path]) {
    await files.remove(name).catch(() => {});
  }
}

function gone({ path }: EarlierPart): LocalError {
  return new LocalError(`${path} is not what its journal says`, {
    path,
    reason: "not_found",
  });
}
