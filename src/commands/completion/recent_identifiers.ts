import {
  formatFqid,
  formatJson,
  type Fqid,
  HcaError,
  isUuid,
  isVersion,
  joinPath,
  type Json,
  messageOf,
  parseFqid,
} from "../../base/mod.ts";
import { stateFolder } from "../../config/mod.ts";
import type { Context } from "../context.ts";
import { answerFqids } from "./answer_fqids.ts";
import { readSmallFile, writePrivateFile } from "./private_file.ts";

/** How many bundles are remembered. */
export const RECENT_LIMIT = 10_000;

// Of a longer answer nobody looks at the rest.
const ANSWER_LIMIT = 1000;

// An FQID takes 70 bytes.
const FILE_LIMIT_BYTES = 2 * 1024 * 1024;

// What isUuid and isVersion let through, but for dates that there are not:
// somebody waits for the completion while ten thousand are checked.
const FQID =
  /^[A-Za-z0-9]{8}(?:-[A-Za-z0-9]{4}){3}-[A-Za-z0-9]{12}\.\d{4}-\d\d-\d\dT\d{6}\.\d{6}Z$/;

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
    if (isSame(merged, known)) return;
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
  await rememberFqids(context, answerFqids(answer, ANSWER_LIMIT));
}

/** Remembers bundles for completion, the first as the newest. Never throws. */
export async function rememberFqids(
  context: Context,
  fqids: readonly Fqid[],
): Promise<void> {
  if (fqids.length > 0) await new RecentIdentifiers(context).add(fqids);
}

/**
 * New bundles before the known ones, each once, at most the limit.
 *
 * @param known as an earlier call gave them
 */
export function mergeRecent(
  fresh: readonly Fqid[],
  known: readonly Fqid[],
): Fqid[] {
  const merged = new Map<string, Fqid>();
  const add = (fqid: Fqid) => {
    const key = formatFqid(fqid);
    if (merged.size < RECENT_LIMIT && !merged.has(key)) merged.set(key, fqid);
  };
  for (const fqid of fresh) {
    if (isUuid(fqid.uuid) && isVersion(fqid.version)) add(fqid);
  }
  for (const fqid of known) add(fqid);
  return [...merged.values()];
}

function isSame(a: readonly Fqid[], b: readonly Fqid[]): boolean {
  return a.length === b.length &&
    a.every(({ uuid, version }, index) =>
      uuid === b[index]?.uuid && version === b[index]?.version
    );
}

function formatRecent(fqids: readonly Fqid[]): string {
  return `${formatJson({ fqids: fqids.map(formatFqid) }, { indent: 0 })}\n`;
}

function parseRecent(text: string): Fqid[] {
  let value: unknown;
  try {
    // Not parseJson: it keeps the digits of numbers, which takes far longer.
    value = JSON.parse(text);
  } catch {
    return [];
  }
  const listed = typeof value === "object" && value !== null &&
      "fqids" in value && Array.isArray(value.fqids)
    ? value.fqids
    : [];
  const texts = new Set<string>();
  for (const item of listed) {
    if (texts.size >= RECENT_LIMIT) break;
    if (typeof item === "string" && FQID.test(item)) texts.add(item);
  }
  return [...texts].map(parseFqid);
}
