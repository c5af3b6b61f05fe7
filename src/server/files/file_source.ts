import {
  type FileInfo,
  isJsonObject,
  joinPath,
  type Json,
  type JsonObject,
  printable,
} from "../../base/mod.ts";
import type { DssContext } from "../context.ts";
import { isHeaderText } from "../header_text.ts";
import { guessMediaType } from "../media_type.ts";
import { ForeignSource, type Source, unusableSource } from "./source.ts";
import { parseStated } from "./stated_checksums.ts";

// What is said of a file stands beside it.
const SIDECAR = ".hca-dss.json";
const SIDECAR_LIMIT_BYTES = 64 * 1024;

type FileContext = Pick<DssContext, "files" | "settings" | "dataDir">;

/**
 * A plain file below one of the directories that the service reads. No link
 * is followed on the way from that directory to the file.
 *
 * `<file>.hca-dss.json` may say `content-type` and the checksums, under the
 * keys that objects on S3 have them under.
 *
 * @throws {Problem} 400 `illegal_arguments`; 422 for malformed checksums
 */
export async function findFileSource(
  context: FileContext,
  address: string,
): Promise<Source> {
  const { files } = context;
  const url = printable(address);
  const path = findPath(context, address);
  const sizeBytes = await plainSize(context, path);
  if (sizeBytes === undefined) {
    throw unusableSource(`${url} is not a plain file that can be read`);
  }
  const facts = await readSidecar(context, path, url);
  const textOf = (key: string): string | undefined => {
    const value = facts[key];
    if (value === undefined || typeof value === "string") return value;
    throw unusableSource(`The '${key}' beside ${url} is not a text`);
  };
  const contentType = textOf("content-type") ?? guessMediaType(path.whole);
  if (!isHeaderText(contentType) || contentType === "") {
    throw unusableSource(`The 'content-type' beside ${url} is not one`);
  }
  return {
    name: url,
    sizeBytes,
    contentType,
    stated: parseStated(url, textOf, false),
    chunks: () => files.readChunks(path.whole),
    close: () => Promise.resolve(),
  };
}

interface SourcePath {
  /** The directory that the service reads. */
  root: string;
  /** The names that lead from there to the file. */
  parts: string[];
  /** All of it. */
  whole: string;
}

function findPath(
  { files, settings, dataDir }: FileContext,
  url: string,
): SourcePath {
  const asked = slashed(pathOf(url));
  const own = slashed(files.absolute(dataDir));
  for (const directory of settings.directories) {
    const root = slashed(files.absolute(directory)).replace(/\/+$/, "");
    if (!asked.startsWith(`${root}/`)) continue;
    // The keys and tokens of the store are in there.
    if (asked.startsWith(`${own}/`)) break;
    const parts = asked.slice(root.length + 1).split("/");
    return { root: `${root}/`, parts, whole: asked };
  }
  throw new ForeignSource(
    `${printable(url)} is not below a directory that this service reads ` +
      "from ('hca local serve --source-dir DIR' names one)",
  );
}

function pathOf(url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  const path = parsed && decode(parsed.pathname);
  const isPlain = path !== undefined && /^\/[^\0\\]+$/.test(path) &&
    !/\/(\.{0,2}(\/|$))/.test(path) &&
    parsed?.search === "" && parsed.hash === "" &&
    ["", "localhost"].includes(parsed.host);
  if (isPlain) return path.replace(/^\/(?=[A-Za-z]:\/)/, "");
  throw unusableSource(`${printable(url)} is not the address of a file`);
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

function slashed(path: string): string {
  return path.replaceAll("\\", "/");
}

/**
 * The size of a plain file that no link leads to, and that is none of the
 * store's; undefined if it is none.
 */
async function plainSize(
  { files, dataDir }: FileContext,
  { root, parts }: SourcePath,
): Promise<number | undefined> {
  const store = {
    path: files.absolute(dataDir),
    identity: (await files.stat(dataDir))?.identity ?? "",
  };
  const top = (await files.stat(root))?.identity ?? "";
  if (isSame(store, { path: root, identity: top })) return undefined;
  for (let count = 1; count <= parts.length; count++) {
    const path = root + parts.slice(0, count).join("/");
    const info = await files.lstat(path);
    const isLast = count === parts.length;
    if (info?.kind !== (isLast ? "file" : "directory")) return undefined;
    if (isSame(store, { path, identity: info.identity })) return undefined;
    if (isLast) return info.sizeBytes;
  }
  return undefined;
}

/** A file or directory and its device and inode; "" if unknown. */
type Identified = Pick<FileInfo, "identity"> & { path: string };

/**
 * Whether two paths lead to the same: one may go through a link, or its file
 * system does not tell upper from lower case.
 */
function isSame(one: Identified, other: Identified): boolean {
  return one.identity === "" || other.identity === ""
    ? folded(one.path) === folded(other.path)
    : one.identity === other.identity;
}

// What file systems that do not tell apart all names compare, or somewhat more.
function folded(path: string): string {
  return slashed(path).replace(/[. ]*(\/|$)/g, "$1").replace(/\/+$/, "")
    .toUpperCase().normalize("NFC");
}

async function readSidecar(
  context: FileContext,
  path: SourcePath,
  url: string,
): Promise<JsonObject> {
  const name = `${path.parts.at(-1) ?? ""}${SIDECAR}`;
  const parts = [...path.parts.slice(0, -1), name];
  const sidecar = { ...path, parts, whole: joinPath(path.root, ...parts) };
  const sizeBytes = await plainSize(context, sidecar);
  if (sizeBytes === undefined) return {};
  const facts = sizeBytes > SIDECAR_LIMIT_BYTES
    ? undefined
    : parse(await context.files.read(sidecar.whole));
  if (isJsonObject(facts)) return facts;
  throw unusableSource(`${url}${SIDECAR} is not a JSON object`);
}

function parse(bytes: Uint8Array): Json | undefined {
  try {
    return JSON.parse(new TextDecoder().decode(bytes)) as Json;
  } catch {
    return undefined;
  }
}
