import {
  HcaError,
  isUuid,
  quote,
  RefusedError,
  whyUnsafeName,
} from "../base/mod.ts";
import { parseSha256 } from "../checksum/mod.ts";
import type { Layout } from "./download_manifest.ts";
import type { ManifestFile } from "./manifest_file.ts";
import type { TableRow } from "./tab_separated.ts";

const NEEDED: Record<Layout, readonly string[]> = {
  none: ["file_name", "file_uuid", "file_version", "file_sha256", "file_size"],
  bundle: ["bundle_uuid", "bundle_version", "file_name", "file_sha256"],
};

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
  /** Size in bytes; NaN if it is not said, as layout bundle allows. */
  sizeBytes: number;
}

/** Takes note of a row that cannot be used. */
export type OnBadRow = (line: number, why: string) => void;

/**
 * Reads the rows of a manifest as they come: columns in any order, more
 * columns than needed allowed.
 *
 * @param onBadRow told of rows that cannot be used, which are left out.
 * Default: the first one is thrown.
 * @throws {RefusedError} naming every missing column, or what
 * {@linkcode readTable} refuses
 * @throws {LocalError} when the file changed or cannot be read
 */
export async function* readManifestRows(
  manifest: ManifestFile,
  layout: Layout,
  onBadRow: OnBadRow = (line, why) => {
    throw new RefusedError(`${manifest.what}, line ${line}: ${why}`);
  },
): AsyncGenerator<ManifestRow[], void, void> {
  let parse: RowParser | undefined;
  for await (const { columns, rows } of manifest.read()) {
    parse ??= createRowParser(columns, layout, manifest.what);
    const parsed: ManifestRow[] = [];
    for (const row of rows) {
      try {
        parsed.push(parse(row));
      } catch (error) {
        if (!(error instanceof HcaError)) throw error;
        onBadRow(row.line, error.message);
      }
    }
    yield parsed;
  }
}

type RowParser = (row: TableRow) => ManifestRow;

function createRowParser(
  columns: readonly string[],
  layout: Layout,
  what: string,
): RowParser {
  checkColumns(columns, layout, what);
  const at = (name: string) => columns.indexOf(name);
  const isBundle = layout === "bundle";
  const places = {
    bundleUuid: isBundle ? at("bundle_uuid") : -1,
    bundleVersion: isBundle ? at("bundle_version") : -1,
    name: at("file_name"),
    uuid: isBundle ? -1 : at("file_uuid"),
    version: isBundle ? -1 : at("file_version"),
    sha256: at("file_sha256"),
    size: at("file_size"),
  };
  return ({ line, cells }) => {
    if (cells.length !== columns.length) {
      throw new RefusedError(
        `it has ${cells.length} cells, the header has ${columns.length}`,
      );
    }
    const cell = (place: number) => cells[place] ?? "";
    const size = cell(places.size);
    return {
      line,
      name: parseName(cell(places.name)),
      sha256: parseSha256(cell(places.sha256)),
      bundleUuid: isBundle
        ? parseUuid("bundle_uuid", cell(places.bundleUuid))
        : "",
      bundleVersion: cell(places.bundleVersion),
      uuid: isBundle ? "" : parseUuid("file_uuid", cell(places.uuid)),
      version: cell(places.version),
      sizeBytes: isBundle && size === "" ? NaN : parseSize(size),
    };
  };
}

function checkColumns(
  columns: readonly string[],
  layout: Layout,
  what: string,
): void {
  const needed = NEEDED[layout];
  const missing = needed.filter((name) => !columns.includes(name));
  if (missing.length === 0) return;
  const isOtherTable = columns.length === 1 && /[ ,;]/.test(columns[0] ?? "");
  throw new RefusedError(
    `${what} lacks the column${missing.length > 1 ? "s" : ""} ` +
      missing.join(", ") + (isOtherTable ? "; it is not tab-separated" : ""),
    { hint: `Layout ${layout} needs ${needed.join(", ")}.` },
  );
}

// Nearly every name; it needs no closer look.
const PLAIN_NAME = /^[A-Za-z0-9_][A-Za-z0-9_.#-]{0,200}$/;

function parseName(name: string): string {
  const why = PLAIN_NAME.test(name) ? undefined : whyUnsafeName(name);
  if (why === undefined) return name;
  throw new RefusedError(`file_name ${quote(name)}: ${why}`);
}

function parseUuid(column: string, text: string): string {
  if (isUuid(text)) return text;
  throw new RefusedError(`${column} ${quote(text)} is not a uuid`);
}

function parseSize(text: string): number {
  const size = /^\d+$/.test(text) ? Number(text) : NaN;
  if (Number.isSafeInteger(size)) return size;
  throw new RefusedError(`file_size ${quote(text)} is not a whole number`);
}

/**
 * The same text on its own, to be kept: what was cut out of a longer text may
 * hold all of that in memory.
 */
export function detach(text: string): string {
  // Written out anew to be one character longer; that alone is held.
  return ` ${text}`.slice(1);
}
