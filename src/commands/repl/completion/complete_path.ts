import {
  type DirectoryEntry,
  type FileSystem,
  HcaError,
} from "../../../base/mod.ts";
import type { CompletionCandidate } from "../../../terminal/mod.ts";

// So many links are followed to see whether they lead to directories.
const LINK_LIMIT = 100;

/** A path up to the cursor. */
export interface WrittenPath {
  /** As it is written, without quotes. */
  text: string;
  /** As it is read: references and `~` replaced. */
  expanded: string;
  /** What stands before it in the same word, as in `--to=`. */
  prefix: string;
  /** Whether only directories are wanted. */
  isDirectory: boolean;
}

/**
 * The files and directories that a path may become; directories end in `/`.
 * Hidden ones are among them when a dot was written. A directory that cannot
 * be read has none.
 */
export async function completePath(
  path: WrittenPath,
  files: Pick<FileSystem, "list" | "stat">,
): Promise<CompletionCandidate[]> {
  const { expanded, prefix } = path;
  const [directory, start] = splitPath(expanded);
  const shown = shownDirectory(path, directory);
  const isHome = path.text === "~" && expanded !== "~";
  if (isHome) return [directoryNamed("~/", prefix)];
  const isUp = start === "..";
  const up = isUp ? [directoryNamed(`${shown}../`, prefix)] : [];
  const found = (await entriesOf(directory, files))
    .filter(({ name }) => name.startsWith(start))
    .filter(({ name }) => !name.startsWith(".") || start.startsWith("."));
  const entries = await followLinks(directory, found, files);
  const own = entries
    .filter(({ kind }) => kind === "directory" || !path.isDirectory)
    .map(({ name, kind }) => {
      const end = kind === "directory" ? "/" : "";
      // At the start of a word these would mean something else.
      const here = shown === "" && /^(-|~$)/.test(name) ? "./" : "";
      const value = `${prefix}${shown}${here}${name}${end}`;
      return { value, description: "", label: `${name}${end}` };
    });
  return [...up, ...own];
}

/** What is up to the last slash, and what follows it. */
function splitPath(path: string): [directory: string, start: string] {
  const at = path.lastIndexOf("/") + 1;
  return [path.slice(0, at), path.slice(at)];
}

/** The directory as it stays in the line: `~/` is not replaced. */
function shownDirectory(
  { text, expanded }: WrittenPath,
  directory: string,
): string {
  const isTilde = text.startsWith("~/") && expanded !== text &&
    expanded.endsWith(text.slice(1));
  return isTilde ? splitPath(text)[0] : directory;
}

function directoryNamed(path: string, prefix: string): CompletionCandidate {
  return { value: `${prefix}${path}`, description: "" };
}

async function entriesOf(
  directory: string,
  files: Pick<FileSystem, "list">,
): Promise<DirectoryEntry[]> {
  try {
    return await files.list(directory === "" ? "." : directory);
  } catch (error) {
    if (error instanceof HcaError) return [];
    throw error;
  }
}

async function followLinks(
  directory: string,
  entries: readonly DirectoryEntry[],
  files: Pick<FileSystem, "stat">,
): Promise<DirectoryEntry[]> {
  let left = LINK_LIMIT;
  return await Promise.all(entries.map(async (entry) => {
    if (entry.kind !== "symlink" || --left < 0) return entry;
    try {
      const info = await files.stat(`${directory}${entry.name}`);
      return { ...entry, kind: info?.kind ?? entry.kind };
    } catch (error) {
      if (error instanceof HcaError) return entry;
      throw error;
    }
  }));
}
