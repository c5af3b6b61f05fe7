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
import type { ContentStore } from "../store/mod.ts";
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

/** The directories of bundles directly below a download directory. */
export async function listBundles(
  { files }: Pick<Runtime, "files">,
  downloadDir: string,
): Promise<BundleDirectory[]> {
  const entries = await files.list(downloadDir || ".");
  return entries.flatMap(({ name, kind }) => {
    const { uuid, version } = parseFqid(name);
    return kind === "directory" && isUuid(uuid) && isVersion(version)
      ? [{ uuid, version, path: joinPath(downloadDir, name) }]
      : [];
  });
}

/**
 * Reads the `bundle.json` of a bundle.
 *
 * @param store the store that has it too; undefined: it is taken as it is
 * @throws {NotFoundError | IntegrityError | LocalError} when it is not there,
 * is not what was downloaded, or cannot be read
 */
export async function readBundleJson(
  runtime: Pick<Runtime, "files" | "createHash">,
  bundle: BundleDirectory,
  store: ContentStore | undefined,
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
  if (await store?.state(sha256, bytes.length) === "absent") {
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
