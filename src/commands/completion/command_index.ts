import { HcaError, joinPath, messageOf } from "../../base/mod.ts";
import { cacheFolder } from "../../config/mod.ts";
import { DocumentCache } from "../../swagger/mod.ts";
import type { Command } from "../command.ts";
import { Context } from "../context.ts";
import type { Environment } from "../environment.ts";
import {
  formatIndex,
  type IndexContent,
  type IndexStamp,
  parseIndex,
} from "./index_text.ts";
import { readSmallFile, writePrivateFile } from "./private_file.ts";

const INDEX_LIMIT_BYTES = 16 * 1024 * 1024;

/**
 * The generated commands of groups, kept on disk in a form that is read
 * quickly: one file for each API document. The network is never used: what is
 * neither kept nor at hand has no commands here.
 */
export class CommandIndex {
  readonly #context: Context;

  /** Reads nothing yet; the context says which services there are. */
  constructor(context: Context) {
    this.#context = context;
  }

  /** The generated commands of a group, from the index if it is fresh. */
  async commandsOf(group: Command): Promise<readonly Command[]> {
    try {
      return await this.#load(group);
    } catch (error) {
      // No service, no document, no permission: the other commands are there.
      if (!(error instanceof HcaError)) throw error;
      this.#context.log("DEBUG", `no commands: ${messageOf(error)}`);
      return [];
    }
  }

  async #load(group: Command): Promise<readonly Command[]> {
    const { environment } = this.#context;
    if (group.name === "dss" && environment.dssClient !== undefined) {
      // A client that was handed over has its document at hand.
      return await group.generated?.(this.#context) ?? [];
    }
    const url = await this.#urlOf(group);
    // Only the data store is there without being configured.
    if (url === undefined && group.name !== "dss") return [];
    // Looked at before the document is read: one that is replaced meanwhile
    // makes the index look old, not new.
    const document = url === undefined ? undefined : await this.#stat(url);
    const path = indexPath(environment, url);
    const kept = await this.#read(path);
    const stamp = { version: environment.version, document };
    const isMissing = url !== undefined && document === undefined;
    if (kept !== undefined && isFresh(kept.stamp, stamp, isMissing)) {
      return kept.commands;
    }
    if (isMissing) return [];
    using offline = offlineContext(this.#context, document?.modifiedAtMs);
    const commands = await group.generated?.(offline) ?? [];
    await this.#write(path, { stamp, commands });
    return commands;
  }

  /** The address of a group's API document; undefined: hca carries it. */
  async #urlOf({ name }: Command): Promise<string | undefined> {
    const { dss, services } = this.#context;
    return name === "dss"
      ? await dss.swaggerUrl()
      : (await services.addresses()).get(name);
  }

  async #stat(url: string): Promise<IndexStamp["document"]> {
    const { dss, environment: { runtime } } = this.#context;
    const path = new DocumentCache(dss.cacheDir, runtime).pathOf(url);
    const info = await runtime.files.stat(path);
    if (info?.kind !== "file") return undefined;
    const { modifiedAtMs = 0, sizeBytes } = info;
    return { modifiedAtMs, sizeBytes };
  }

  async #read(path: string): Promise<IndexContent | undefined> {
    const { runtime } = this.#context.environment;
    try {
      const text = await readSmallFile(runtime, path, INDEX_LIMIT_BYTES);
      return text === undefined ? undefined : parseIndex(text);
    } catch (error) {
      if (error instanceof HcaError) return undefined;
      throw error;
    }
  }

  async #write(path: string, content: IndexContent): Promise<void> {
    const { environment: { runtime }, log } = this.#context;
    try {
      await writePrivateFile(runtime, path, formatIndex(content));
    } catch (error) {
      log("DEBUG", `the index was not kept: ${messageOf(error)}`);
    }
  }
}

/** The file that holds the commands of an API document. */
export function indexPath(
  environment: Environment,
  url: string | undefined,
): string {
  return joinPath(
    cacheFolder(environment),
    `completion-${url === undefined ? "embedded" : hashOf(url)}.json`,
  );

  /** An address may be longer than a file name, and may hold a secret. */
  function hashOf(text: string): string {
    const hash = environment.runtime.createHash("sha256");
    hash.update(new TextEncoder().encode(text));
    return [...hash.digest().subarray(0, 16)]
      .map((byte) => byte.toString(16).padStart(2, "0")).join("");
  }
}

/** Whether an index still stands for what is there now. */
function isFresh(
  kept: IndexStamp,
  now: IndexStamp,
  isDocumentMissing: boolean,
): boolean {
  if (kept.version !== now.version) return false;
  // Without the document there is nothing better than the index.
  if (isDocumentMissing) return true;
  return kept.document?.modifiedAtMs === now.document?.modifiedAtMs &&
    kept.document?.sizeBytes === now.document?.sizeBytes;
}

/**
 * A run in which nothing can be fetched, and a document that is at hand is
 * not too old: it is the moment at which the document was kept.
 */
function offlineContext(context: Context, nowMs: number | undefined): Context {
  const { environment, settings } = context;
  const { runtime } = environment;
  const { clock } = runtime;
  return new Context({
    ...environment,
    // Ends every wait and request, should one begin.
    signal: AbortSignal.abort(),
    runtime: {
      ...runtime,
      fetch: () => Promise.reject(new TypeError("completion asks no service")),
      clock: {
        now: () => nowMs ?? clock.now(),
        elapsed: () => clock.elapsed(),
        sleep: (delayMs, signal) => clock.sleep(delayMs, signal),
      },
    },
  }, { ...settings, logLevel: "CRITICAL" });
}
