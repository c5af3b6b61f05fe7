import {
  HcaError,
  joinPath,
  messageOf,
  type Runtime,
  throwIfAborted,
  writeFileAtomically,
} from "../base/mod.ts";
import { type HttpClient, readText } from "../http/mod.ts";
import { baseUrl } from "./base_url.ts";
import { ApiDocument } from "./document.ts";
import { parseOperations } from "./parse_operations.ts";

const DAY_MS = 24 * 60 * 60 * 1000;
const MAX_AGE_DAYS = 7;
const DOCUMENT_LIMIT_BYTES = 64 * 1024 * 1024;

/**
 * API documents kept on disk, one file per URL, under the names that the old
 * client used (URL-safe base64 of the URL and `.json`), for seven days.
 */
export class DocumentCache {
  readonly #directory: string;
  readonly #runtime: Pick<Runtime, "files" | "clock" | "log" | "random">;

  /** Keeps documents in `directory`, which is made when it is needed. */
  constructor(
    directory: string,
    runtime: Pick<Runtime, "files" | "clock" | "log" | "random">,
  ) {
    this.#directory = directory;
    this.#runtime = runtime;
  }

  /**
   * The document of a URL: from disk while it is fresh, else fetched and
   * kept. When it cannot be fetched, an old copy is used with a warning.
   *
   * @throws what the request throws when there is no copy at all.
   */
  async load(
    url: string,
    http: HttpClient,
    signal?: AbortSignal,
  ): Promise<ApiDocument> {
    const path = this.pathOf(url);
    const kept = await this.#read(path, url);
    if (kept !== undefined && kept.ageDays < MAX_AGE_DAYS) {
      return kept.document;
    }
    try {
      return await this.refresh(url, http, signal);
    } catch (error) {
      throwIfAborted(signal);
      if (kept === undefined) throw error;
      this.#runtime.log(
        "WARNING",
        `using the API document of ${kept.ageDays} days ago: ` +
          messageOf(error),
      );
      return kept.document;
    }
  }

  /**
   * Fetches a document and keeps it, whatever is on disk.
   *
   * @throws {RefusedError} when it cannot be used; it is not kept then
   */
  async refresh(
    url: string,
    http: HttpClient,
    signal?: AbortSignal,
  ): Promise<ApiDocument> {
    const response = await http.send({ method: "GET", url, signal });
    const text = await readText(response, DOCUMENT_LIMIT_BYTES);
    const document = ApiDocument.parse(text, url);
    // One that cannot be used must not be in the way for a week.
    parseOperations(document);
    baseUrl(document);
    await this.#write(this.pathOf(url), text);
    return document;
  }

  /** Removes the copy of a URL; none is fine. */
  async forget(url: string): Promise<void> {
    await this.#runtime.files.remove(this.pathOf(url));
  }

  /** The file in which the document of a URL is kept. */
  pathOf(url: string): string {
    let binary = "";
    for (const byte of new TextEncoder().encode(url)) {
      binary += String.fromCharCode(byte);
    }
    const name = btoa(binary).replaceAll("+", "-").replaceAll("/", "_");
    return joinPath(this.#directory, `${name}.json`);
  }

  async #read(
    path: string,
    url: string,
  ): Promise<{ document: ApiDocument; ageDays: number } | undefined> {
    const { files, clock } = this.#runtime;
    try {
      const info = await files.stat(path);
      if (info?.kind !== "file") return undefined;
      const text = new TextDecoder().decode(await files.read(path));
      const ageMs = clock.now() - (info.modifiedAtMs ?? 0);
      return {
        document: ApiDocument.parse(text, url),
        ageDays: Math.floor(ageMs / DAY_MS),
      };
    } catch (error) {
      // A damaged copy is as good as none: it is fetched anew.
      if (error instanceof HcaError) return undefined;
      throw error;
    }
  }

  async #write(path: string, text: string): Promise<void> {
    const { files, random, log } = this.#runtime;
    try {
      await files.makeDirectory(this.#directory, { mode: 0o700 });
      await writeFileAtomically({ files, random }, path, text, { mode: 0o600 });
    } catch (error) {
      // The document is at hand; only the next start is slower.
      log("DEBUG", `the API document was not kept: ${messageOf(error)}`);
    }
  }
}
