import {
  isUuid,
  joinPath,
  quote,
  RefusedError,
  UsageError,
  whyUnsafeName,
} from "../base/mod.ts";
import { parseSha256 } from "../checksum/mod.ts";
import { formatTable, parseTable, type Table } from "./tab_separated.ts";

/** How a manifest's files are laid out. */
export const LAYOUTS = ["none", "bundle"] as const;

/** One of {@linkcode LAYOUTS}. */
export type Layout = typeof LAYOUTS[number];

const NEEDED: Record<Layout, readonly string[]> = {
  none: ["file_name", "file_uuid", "file_version", "file_sha256", "file_size"],
  bundle: ["bundle_uuid", "bundle_version", "file_name", "file_sha256"],
};

const PATH_COLUMN = "file_path";

/** One row of a manifest, checked. */
export interface ManifestRow {
  /** The line in the file, 1 is the first. */
  line: number;
  /** The bundle's uuid; "" in layout none. */
  bundleUuid: string;
  /** The bundle's version; "" is the latest. */
  bundleVersion: string;
  /** The file's name. */
  name: string;
  /** The file's uuid; "" in layout bundle, where the bundle says it. */
  uuid: string;
  /** The file's version. */
  version: string;
  /** SHA-256, 64 lower-case hex digits. */
  sha256: string;
  /** Size in bytes; 0 in layout bundle, where the bundle says it. */
  sizeBytes: number;
}

/** A manifest of files to download. */
export interface FileManifest {
  /** The table as it was read. */
  table: Table;
  /** Its rows, checked, in order. */
  rows: ManifestRow[];
}

/**
 * Reads a manifest: tab-separated with a header, columns in any order, more
 * columns than needed allowed, blank lines skipped.
 *
 * @param what how errors call the manifest
 * @throws {RefusedError} naming every missing column, or the lines whose
 * values cannot be used
 */
export function parseFileManifest(
  text: string,
  layout: Layout,
  what: string,
): FileManifest {
  const table = parseTable(text, what);
  const missing = NEEDED[layout].filter((name) =>
    !table.columns.includes(name)
  );
  if (missing.length > 0) {
    const columns =
      table.columns.length === 1 && /[ ,]/.test(table.columns[0] ?? "")
        ? "; it is not tab-separated"
        : "";
    throw new RefusedError(
      `${what} lacks the column${missing.length > 1 ? "s" : ""} ` +
        `${missing.join(", ")}${columns}`,
      { hint: `Layout ${layout} needs ${NEEDED[layout].join(", ")}.` },
    );
  }
  const problems: string[] = [];
  const rows = table.rows.flatMap(({ line, cells }) => {
    try {
      return [parseRow(line, cells, layout)];
    } catch (error) {
      if (!(error instanceof RefusedError)) throw error;
      problems.push(`line ${line}: ${error.message}`);
      return [];
    }
  });
  if (problems.length === 0) return { table, rows };
  throw new RefusedError(
    `${what} has values that cannot be used: ` +
      problems.slice(0, 10).join("; ") +
      (problems.length > 10 ? `; and ${problems.length - 10} more` : ""),
  );
}

function parseRow(
  line: number,
  cells: Record<string, string>,
  layout: Layout,
): ManifestRow {
  const cell = (name: string) => cells[name] ?? "";
  const why = whyUnsafeName(cell("file_name"));
  if (why !== undefined) {
    throw new RefusedError(`file_name ${quote(cell("file_name"))}: ${why}`);
  }
  const isBundle = layout === "bundle";
  return {
    line,
    name: cell("file_name"),
    sha256: parseSha256(cell("file_sha256")),
    bundleUuid: isBundle ? parseUuid("bundle_uuid", cell) : "",
    bundleVersion: isBundle ? cell("bundle_version") : "",
    uuid: isBundle ? "" : parseUuid("file_uuid", cell),
    version: isBundle ? "" : cell("file_version"),
    sizeBytes: isBundle ? 0 : parseSize(cell("file_size")),
  };
}

function parseUuid(column: string, cell: (name: string) => string): string {
  const text = cell(column);
  if (isUuid(text)) return text;
  throw new RefusedError(`${column} ${quote(text)} is not a uuid`);
}

function parseSize(text: string): number {
  const size = /^\d+$/.test(text) ? Number(text) : NaN;
  if (Number.isSafeInteger(size)) return size;
  throw new RefusedError(`file_size ${quote(text)} is not a whole number`);
}

/** Checks a layout's name. */
export function parseLayout(text: string): Layout {
  const layout = LAYOUTS.find((name) => name === text);
  if (layout !== undefined) return layout;
  throw new UsageError(
    `invalid layout ${quote(text)}: not one of ${LAYOUTS.join(", ")}`,
  );
}

/** The manifest with the path of each file's content in `file_path`. */
export function formatWithPaths(
  manifest: FileManifest,
  pathOf: (sha256: string) => string,
): string {
  const { table, rows } = manifest;
  const columns = table.columns.includes(PATH_COLUMN)
    ? table.columns
    : [...table.columns, PATH_COLUMN];
  return formatTable(
    columns,
    rows.map(({ sha256 }, at) => ({
      ...table.rows[at]?.cells,
      [PATH_COLUMN]: pathOf(sha256),
    })),
  );
}

/** The directory of the content store below a download directory. */
export function storeRoot(downloadDir: string): string {
  return joinPath(downloadDir, ".hca", "v2", "files_2_4");
}
