import {
  formatFqid,
  type Fqid,
  joinPath,
  quote,
  RefusedError,
  type Runtime,
} from "../base/mod.ts";
import { parseSha256 } from "../checksum/mod.ts";
import { discard } from "../http/mod.ts";
import type { WantedFile } from "../transfer/mod.ts";
import type { FileMember } from "./_walk_collections.ts";
import { wantedOfBundle } from "./download_bundle.ts";
import type { DownloadCollectionOptions } from "./download_options.ts";
import type { DssClient } from "./dss_client.ts";

/** The directory, below the download directory, of files that are members. */
const COLLECTIONS = "collections";

/** Asks the service what there is to download of a member of a collection. */
export class MemberFiles {
  readonly #client: DssClient;
  readonly #runtime: Pick<Runtime, "createHash">;
  readonly #options: DownloadCollectionOptions;

  /** Asks `client`, in the replica of the options. */
  constructor(
    client: DssClient,
    runtime: Pick<Runtime, "createHash">,
    options: DownloadCollectionOptions,
  ) {
    this.#client = client;
    this.#runtime = runtime;
    this.#options = options;
  }

  /** All files of a bundle and its `bundle.json`. */
  async ofBundle({ uuid, version }: Fqid): Promise<WantedFile[]> {
    const { replica, signal, downloadDir = "" } = this.#options;
    const manifest = await this.#client.readManifest(
      { uuid, version, replica },
      { signal },
    );
    const wanted = wantedOfBundle(manifest, {
      downloadDir,
      isWanted: () => true,
      sourceOf: (file) => this.#client.fileSource(file, replica),
      runtime: this.#runtime,
    });
    // Many bundles have files of the same names.
    const directory = formatFqid(manifest);
    return wanted.map((file) => ({
      ...file,
      name: joinPath(directory, file.name),
    }));
  }

  /**
   * A file, once for each collection that lists it.
   *
   * @throws {RefusedError} when size, hash or version make no sense
   */
  async ofFile(file: FileMember): Promise<WantedFile[]> {
    const { replica, signal, downloadDir = "" } = this.#options;
    const { uuid, version } = file;
    const response = await this.#client.stream(
      "head_file",
      { uuid, version, replica },
      { signal },
    );
    await discard(response);
    const facts = parseFileHeaders(response.headers, version);
    const source = this.#client.fileSource(file, replica);
    const fqid = formatFqid(file);
    return [...file.collections].map((collection) => ({
      name: `file ${fqid}`,
      ...facts,
      source,
      target: joinPath(downloadDir, COLLECTIONS, collection, fqid),
    }));
  }
}

/** What HEAD /files/{uuid} says of the file version that was asked for. */
function parseFileHeaders(
  headers: Headers,
  asked: string,
): { sha256: string; sizeBytes: number } {
  const version = headers.get("x-dss-version") ?? asked;
  if (version !== asked) {
    throw new RefusedError(
      `the service answered with its version ${quote(version)}`,
    );
  }
  const size = headers.get("x-dss-size") ?? "";
  const sizeBytes = /^\d+$/.test(size) ? Number(size) : NaN;
  if (!Number.isSafeInteger(sizeBytes)) {
    throw new RefusedError(`the service says its size is ${quote(size)}`);
  }
  return { sha256: parseSha256(headers.get("x-dss-sha256") ?? ""), sizeBytes };
}
