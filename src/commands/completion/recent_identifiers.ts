import {
  formatFqid,
  formatJson,
  type Fqid,
  HcaError,
  isJsonObject,
  isUuid,
  isVersion,
  joinPath,
  type Json,
  messageOf,
  parseFqid,
  parseJson,
} from "../../base/mod.ts";
import { stateFolder } from "../../config/mod.ts";
import type { Context } from "../context.ts";
import { answerFqids } from "./answer_fqids.ts";
import { readSmallFile, writePrivateFile } from "./private_file.ts";

/** How many bundles are remembered, and taken from one answer. */
export const RECENT_LIMIT = 1000;

const FILE_LIMIT_BYTES = 1024 * 1024;

/**
 * The bundles that were seen lately, for completion: uuids and versions in
 * the file `recent.json` of the user's state folder, and nothing else.
 */
export class RecentIdentifiers {
  readonly #context: Context;
  readonly #path: string;

  /** Reads nothing yet. */
  constructor(context: Context) {
    this.#context = context;
    this.#path = joinPath(stateFolder(context.environment), "recent.json");
  }

  /** The bundles, newest first; none when the file is not there or damaged. */
  async list(): Promise<Fqid[]> {
    const { runtime } = this.#context.environment;
    try {
      const text = await readSmallFile(runtime, this.#path, FILE_LIMIT_BYTES);
      return text === undefined ? [] : parseRecent(text);
    } catch (error) {
      if (error instanceof HcaError) return [];
      throw error;
    }
  }

  /**
   * Puts bundles before the others. Of two programs that do it at once, one
   * may win; the file is whole in any case. Failing is no error.
   */
  async add(fqids: readonly Fqid[]): Promise<void> {
    const known = await this.list();
    const merged = mergeRecent(fqids, known);
    if (merged.map(formatFqid).join() === known.map(formatFqid).join()) return;
    const { environment: { runtime }, log } = this.#context;
    try {
      await writePrivateFile(runtime, this.#path, formatRecent(merged));
    } catch (error) {
      log("DEBUG", `recent identifiers were not kept: ${messageOf(error)}`);
    }
  }
}

/** Remembers the bundles that an answer names; see {@linkcode answerFqids}. */
export async function rememberAnswer(
  context: Context,
  answer: Json,
): Promise<void> {
  await rememberFqids(context, answerFqids(answer, RECENT_LIMIT));
}

/** Remembers bundles for completion, the first as the newest. Never throws. */
export async function rememberFqids(
  context: Context,
  fqids: readonly Fqid[],
): Promise<void> {
  if (fqids.length > 0) await new RecentIdentifiers(context).add(fqids);
}

/** New bundles before the known ones, each once, at most the limit. */
export function mergeRecent(
  fresh: readonly Fqid[],
  known: readonly Fqid[],
): Fqid[] {
  const merged = new Map<string, Fqid>();
  for (const fqid of [...fresh, ...known]) {
    if (merged.size >= RECENT_LIMIT) break;
    if (!isUuid(fqid.uuid) || !isVersion(fqid.version)) continue;
    const key = formatFqid(fqid);
    if (!merged.has(key)) merged.set(key, fqid);
  }
  return [...merged.values()];
}

function formatRecent(fqids: readonly Fqid[]): string {
  return `${formatJson({ fqids: fqids.map(formatFqid) })}\n`;
}

function parseRecent(text: string): Fqid[] {
  const value = parseJson(text, "recent identifiers");
  const listed = isJsonObject(value) ? value.fqids : undefined;
  if (!Array.isArray(listed)) return [];
  return mergeRecent(
    [],
    listed.flatMap((item) => typeof item === "string" ? parseFqid(item) : []),
  );
}
