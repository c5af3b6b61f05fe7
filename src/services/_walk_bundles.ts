import {
  formatFqid,
  type Fqid,
  HcaError,
  IntegrityError,
  isJsonObject,
  isUuid,
  isVersion,
  joinPath,
  NotFoundError,
  parseFqid,
  parseJson,
  RefusedError,
  type Runtime,
  toHex,
} from "../base/mod.ts";
import type { StoredBundles } from "./_stored_bundles.ts";
import {
  BUNDLE_JSON,
  type BundleManifest,
  parseBundleManifest,
} from "./bundle_manifest.ts";

/** A directory `<uuid>.<version>` of a download directory. */
export interface BundleDirectory extends Fqid {
  /** Its path. */
  path: string;
}

/** What {@linkcode listBundles} finds. */
export interface FoundBundles {
  /** Those of bundles. */
  bundles: BundleDirectory[];
  /** Those that are named as if, and have no `bundle.json` that says so. */
  others: string[];
}

/**
 * The directories of bundles directly below a download directory. A service
 * may have versions of its own; then the `bundle.json` tells the directory
 * from a copy that somebody made, such as `<uuid>.<version>.bak`.
 */
export async function listBundles(
  runtime: Pick<Runtime, "files" | "createHash">,
  downloadDir: string,
): Promise<FoundBundles> {
  const found: FoundBundles = { bundles: [], others: [] };
  for (const { name, kind } of await runtime.files.list(downloadDir || ".")) {
    const { uuid, version } = parseFqid(name);
    if (kind !== "directory" || !isUuid(uuid) || version === "") continue;
    const bundle = { uuid, version, path: joinPath(downloadDir, name) };
    if (isVersion(version) || await hasBundleJson(runtime, bundle)) {
      found.bundles.push(bundle);
    } else found.others.push(bundle.path);
  }
  return found;
}

async function hasBundleJson(
  runtime: Pick<Runtime, "files" | "createHash">,
  bundle: BundleDirectory,
): Promise<boolean> {
  try {
    await readBundleJson(runtime, bundle, undefined);
    return true;
  } catch (error) {
    if (!(error instanceof HcaError)) throw error;
    return false;
  }
}

/**
 * Reads the `bundle.json` of a bundle.
 *
 * @param stored those that the store has; undefined: it is taken as it is
 * @throws {NotFoundError | IntegrityError | LocalError} when it is not there,
 * is not what was downloaded, or cannot be read
 */
export async function readBundleJson(
  runtime: Pick<Runtime, "files" | "createHash">,
  bundle: BundleDirectory,
  stored: StoredBundles | undefined,
): Promise<BundleManifest> {
  const { files, createHash } = runtime;
  const path = joinPath(bundle.path, BUNDLE_JSON);
  const info = await files.lstat(path);
  if (info === undefined) throw new NotFoundError("it is not there");
  if (info.kind !== "file") throw new IntegrityError("it is not a file");
  const bytes = await files.read(path);
  const hash = createHash("sha256");
  hash.update(bytes);
  const sha256 = toHex(hash.digest());
  // Nothing else says what its bytes should be.
  if (await stored?.hasOther(bundle, sha256, bytes.length)) {
    throw new IntegrityError("it is not as it was downloaded");
  }
  return parse(bytes, bundle);
}

function parse(bytes: Uint8Array, bundle: Fqid): BundleManifest {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    const json = parseJson(text, BUNDLE_JSON);
    if (!isJsonObject(json)) throw new RefusedError("it is not an object");
    const manifest = parseBundleManifest(json);
    if (formatFqid(manifest) === formatFqid(bundle)) return manifest;
    throw new RefusedError(`it is of bundle ${formatFqid(manifest)}`);
  } catch (cause) {
    if (!(cause instanceof HcaError) && !(cause instanceof TypeError)) {
      throw cause;
    }
    const why = cause instanceof HcaError ? cause.message : "it is not UTF-8";
    throw new IntegrityError(`it cannot be used: ${why}`, { cause });
  }
}
