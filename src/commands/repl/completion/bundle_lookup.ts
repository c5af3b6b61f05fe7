import {
  type Clock,
  type Fqid,
  HcaError,
  isJsonObject,
} from "../../../base/mod.ts";
import { answerFqids } from "../../completion/answer_fqids.ts";
import type { Context } from "../../context.ts";

/** How long the service has for its answer, milliseconds. */
export const LOOKUP_LIMIT_MS = 2000;

// The least that the service takes; more would not be looked at.
const PER_PAGE = 50;
const KEPT_LIMIT = 200;
const OPERATION = "get_bundles_all";

/** Which bundles are looked for. */
export interface BundleQuestion {
  /** What the options of the line and the session say of the service. */
  swaggerUrl: string | undefined;
  /** The replica. */
  replica: string;
  /** What the uuids begin with. */
  prefix: string;
}

interface KeptAnswer {
  fqids: readonly Fqid[];
  /** Whether there are no others with this prefix. */
  isWhole: boolean;
}

/**
 * Asks the service for bundles by the start of their uuids, one request at a
 * time, and keeps what it said.
 */
export class BundleLookup {
  readonly #open: (
    swaggerUrl: string | undefined,
    signal: AbortSignal,
  ) => Context;
  readonly #clock: Pick<Clock, "sleep">;
  readonly #kept = new Map<string, KeptAnswer>();
  #asking: Promise<unknown> = Promise.resolve();

  /** Asks nothing yet; `open` makes a run that ends with a signal. */
  constructor(
    open: (swaggerUrl: string | undefined, signal: AbortSignal) => Context,
    clock: Pick<Clock, "sleep">,
  ) {
    this.#open = open;
    this.#clock = clock;
  }

  /**
   * The bundles whose uuids begin so, one page of them. None when the service
   * does not say it within {@linkcode LOOKUP_LIMIT_MS}, or the signal is
   * aborted.
   */
  async find(
    question: BundleQuestion,
    signal: AbortSignal,
  ): Promise<readonly Fqid[]> {
    const kept = this.#find(question);
    if (kept !== undefined) return kept;
    const asking = this.#asking.then(() => this.#askInTime(question, signal));
    this.#asking = asking.catch(() => {});
    return await asking;
  }

  /** What an earlier answer says, also one for a shorter prefix. */
  #find(question: BundleQuestion): Fqid[] | undefined {
    const { prefix } = question;
    for (let length = prefix.length; length > 0; length--) {
      const shorter = { ...question, prefix: prefix.slice(0, length) };
      const kept = this.#kept.get(keyOf(shorter));
      if (kept === undefined) continue;
      if (length === prefix.length || kept.isWhole) {
        return kept.fqids.filter(({ uuid }) => uuid.startsWith(prefix));
      }
    }
    return undefined;
  }

  async #askInTime(
    question: BundleQuestion,
    signal: AbortSignal,
  ): Promise<readonly Fqid[]> {
    if (signal.aborted) return [];
    const limit = new AbortController();
    const answered = new AbortController();
    const ended = AbortSignal.any([signal, limit.signal]);
    this.#clock.sleep(LOOKUP_LIMIT_MS, answered.signal)
      .then(() => limit.abort());
    try {
      const answer = await this.#ask(question, ended);
      if (answer === undefined) return [];
      this.#keep(question, answer);
      return answer.fqids;
    } catch (error) {
      // What is wrong is told when the line is run.
      if (error instanceof HcaError) return [];
      throw error;
    } finally {
      answered.abort();
    }
  }

  async #ask(
    { swaggerUrl, replica, prefix }: BundleQuestion,
    signal: AbortSignal,
  ): Promise<KeptAnswer | undefined> {
    using context = this.#open(swaggerUrl, signal);
    if (!await isThere(context)) return undefined;
    const client = await context.dss.client();
    if (!client.operations.has(OPERATION)) return undefined;
    const args = { replica, prefix, per_page: PER_PAGE };
    const answer = await client.call(OPERATION, args, { signal });
    if (!isJsonObject(answer)) return undefined;
    const fqids = answerFqids(answer, PER_PAGE)
      .filter(({ uuid }) => uuid.startsWith(prefix));
    return { fqids, isWhole: answer.has_more === false };
  }

  #keep(question: BundleQuestion, answer: KeptAnswer): void {
    this.#kept.set(keyOf(question), answer);
    for (const key of this.#kept.keys()) {
      if (this.#kept.size <= KEPT_LIMIT) break;
      this.#kept.delete(key);
    }
  }
}

function keyOf({ swaggerUrl, replica, prefix }: BundleQuestion): string {
  return JSON.stringify([swaggerUrl ?? null, replica, prefix]);
}

/** Whether there is a service to ask: a Tab makes no embedded store. */
async function isThere({ dss, environment }: Context): Promise<boolean> {
  if (environment.dssClient !== undefined) return true;
  if (await dss.swaggerUrl() !== undefined) return true;
  const { hasLocalDss } = await import("../../../server/mod.ts");
  return await hasLocalDss(environment.runtime.files, dss.dataDir);
}
