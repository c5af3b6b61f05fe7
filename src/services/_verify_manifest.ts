import {
  directoryName,
  type FileSystem,
  HcaError,
  isUuid,
  joinPath,
  LocalError,
  quote,
  RefusedError,
  throwIfAborted,
  whyUnsafeName,
} from "../base/mod.ts";
import { parseSha256 } from "../checksum/mod.ts";
import { ContentStore } from "../store/mod.ts";
import { storeDirectories } from "./_store_directories.ts";
import { mapAhead } from "./_ahead.ts";
import { type CheckItem, checkItem } from "./_check_item.ts";
import { ContentIndex } from "./_content_index.ts";
import { RowProblems } from "./_row_problems.ts";
import type { CheckSettings, Finding, VerifyRuntime } from "./_finding.ts";
import { storeRoot } from "./download_manifest.ts";
import { ManifestFile } from "./manifest_file.ts";
import type { TableRow } from "./tab_separated.ts";

/** What a row says of its content; what it leaves out is "" or undefined. */
interface Row {
  sha256: string;
  sizeBytes: number | undefined;
  path: string;
  uuid: string;
  version: string;
}

/**
 * Looks at the contents that a manifest lists, each once: where the column
 * `file_path` says, if something is there, else in the store.
 *
 * @throws {RefusedError} naming the lines, when rows cannot be used; before
 * any content is looked at
 * @throws {LocalError} when the manifest cannot be read
 * @throws {CancelledError} when aborted
 */
export async function* manifestFindings(
  runtime: VerifyRuntime,
  { manifest, downloadDir }: { manifest: string; downloadDir: string },
  { jobs, signal }: CheckSettings,
): AsyncGenerator<Finding, void, void> {
  const file = await ManifestFile.open(runtime.files, manifest);
  const problems = new RowProblems();
  const add = problems.add.bind(problems);
  for await (const _row of readRows(file, add)) throwIfAborted(signal);
  problems.check(file.what);
  yield* mapAhead(
    listItems(runtime, file, downloadDir),
    async (item, signal): Promise<Finding> => ({
      kind: "checked",
      outcome: await checkItem(runtime, item, signal),
    }),
    {
      limits: { items: jobs, weight: Infinity },
      weightOf: () => 0,
      signal,
    },
  );
}

async function* readRows(
  file: ManifestFile,
  onBadRow: (line: number, why: string) => void,
): AsyncGenerator<{ row: Row; line: number }, void, void> {
  for await (const { columns, rows } of file.read()) {
    if (!columns.includes("file_sha256")) {
      throw new RefusedError(`${file.what} lacks the column file_sha256`);
    }
    for (const table of rows) {
      const row = parseRow(table, columns, onBadRow);
      if (row !== undefined) yield { row, line: table.line };
    }
  }
}

function parseRow(
  { line, cells }: TableRow,
  columns: readonly string[],
  onBadRow: (line: number, why: string) => void,
): Row | undefined {
  const cell = (name: string) => cells[columns.indexOf(name)] ?? "";
  try {
    if (cells.length !== columns.length) {
      throw new RefusedError(
        `it has ${cells.length} cells, the header has ${columns.length}`,
      );
    }
    return {
      sha256: parseSha256(cell("file_sha256")),
      sizeBytes: parseSize(cell("file_size")),
      path: cell("file_path"),
      uuid: cell("file_uuid"),
      version: cell("file_version"),
    };
  } catch (error) {
    if (!(error instanceof HcaError)) throw error;
    onBadRow(line, error.message);
    return undefined;
  }
}

function parseSize(text: string): number | undefined {
  if (text === "") return undefined;
  const size = /^\d+$/.test(text) ? Number(text) : NaN;
  if (Number.isSafeInteger(size)) return size;
  throw new RefusedError(`file_size ${quote(text)} is not a whole number`);
}

async function* listItems(
  runtime: VerifyRuntime,
  file: ManifestFile,
  downloadDir: string,
): AsyncGenerator<CheckItem, void, void> {
  const { files, random } = runtime;
  const store = new ContentStore(storeRoot(downloadDir), runtime);
  const directories = storeDirectories(files, downloadDir);
  const index = new ContentIndex(random);
  for await (const { row, line } of readRows(file, () => {})) {
    const { sha256, sizeBytes, uuid, version } = row;
    const source = isUuid(uuid) ? { uuid, version } : undefined;
    const item = { sha256, sizeBytes, source };
    const stored = store.pathOf(sha256);
    if (await isElsewhere(files, row.path, stored)) {
      const target = placeBelow(files, downloadDir, row.path);
      yield { ...item, path: row.path, target, mayBeLink: true };
      continue;
    }
    const before = index.count;
    const number = index.add(sha256, sizeBytes ?? NaN, line);
    const isSeen = index.count === before &&
      (sizeBytes === undefined || index.sizeOf(number) === sizeBytes);
    if (isSeen) continue;
    const link = await directories.linkTo(directoryName(stored));
    yield { ...item, path: stored, isStored: true, link };
  }
}

/** Whether a path is another one than in the store, and something is there. */
async function isElsewhere(
  files: FileSystem,
  path: string,
  stored: string,
): Promise<boolean> {
  if (path === "" || path === stored || path.includes("\0")) return false;
  if (files.absolute(path) === files.absolute(stored)) return false;
  try {
    return await files.stat(path) !== undefined;
  } catch (error) {
    if (error instanceof LocalError) return false;
    throw error;
  }
}

/**
 * The path as one below the download directory, to be replaced in a repair;
 * undefined if it is not, or is the store's: a manifest may name any path,
 * and those are not its own to have replaced.
 */
export function placeBelow(
  files: Pick<FileSystem, "absolute">,
  downloadDir: string,
  path: string,
): string | undefined {
  const root = slashed(files.absolute(downloadDir || ".")).replace(/\/*$/, "/");
  const whole = slashed(files.absolute(path));
  if (!whole.startsWith(root)) return undefined;
  const relative = whole.slice(root.length);
  // Some file systems do not tell upper from lower case.
  const isOurs = /^\.hca(\/|$)/i.test(relative);
  if (isOurs || whyUnsafeName(relative) !== undefined) return undefined;
  return joinPath(downloadDir, relative);
}

/** An absolute path with `/`; elsewhere than on Windows it has no other. */
function slashed(path: string): string {
  return path.startsWith("/") ? path : path.replaceAll("\\", "/");
}
