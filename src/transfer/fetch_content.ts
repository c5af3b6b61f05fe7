import {
  HcaError,
  IntegrityError,
  LocalError,
  quote,
  type Runtime,
} from "../base/mod.ts";
import type { HttpClient } from "../http/mod.ts";
import type { Placement, Placing, TransferStore } from "../store/mod.ts";
import { ContentQuestion, shownSource } from "./ask_content.ts";
import type { RateLimit } from "./rate_limit.ts";
import { receiveParts } from "./receive_parts.ts";
import { receiveWhole } from "./receive_whole.ts";
import type { ResumePolicy } from "./resume_policy.ts";
import { RetryBudget } from "./retry_budget.ts";
import type { PlannedContent } from "./transfer_plan.ts";

/** Who hears of what happens to one content. */
export interface FetchObserver {
  /** Bytes arrived. */
  onReceived: (bytes: number) => void;
  /** Bytes of an earlier run are used. */
  onResumed: (bytes: number) => void;
  /** A try failed and another one follows. */
  onRetry: (error: HcaError) => void;
  /** What was received so far is thrown away. */
  onRestart: () => void;
  /** All bytes are here; what follows needs no network. */
  onArrived: () => void;
}

/** What {@linkcode fetchContent} works with. */
export interface FetchTools {
  /** Carries out requests. */
  http: Pick<HttpClient, "open">;
  /** Where the content goes. */
  store: TransferStore;
  /** Time, chance, messages. */
  runtime: Pick<Runtime, "clock" | "log" | "random">;
  /** When to take up again. */
  resume: ResumePolicy;
  /** Connections for one content. */
  segments: number | "auto";
  /** Whether any byte of any content has arrived in this run. */
  hasReceived: () => boolean;
  /** Whether one content may have more than one connection just now. */
  hasSpareConnections: () => boolean;
  /** The rate that all contents share; undefined for none. */
  limit: RateLimit | undefined;
  /** Hears of it. */
  observer: FetchObserver;
  /** Ends the transfer. */
  signal: AbortSignal | undefined;
}

/**
 * Contents up to this size are received into memory, and touch the disk only
 * when their hash is right.
 */
export const WHOLE_LIMIT_BYTES = 1024 * 1024;

/**
 * Fetches a content into the store and to its places. It is visible there
 * only after its size and SHA-256 were compared; a wrong one is fetched once
 * more from the start. When this is aborted or the network is down, the part
 * of a big content stays, to be taken up by the next run.
 *
 * @throws {IntegrityError} when what arrives is not what was stated
 * @throws {NetworkError | ServiceError | AuthError | NotFoundError} from the
 * service
 * @throws {LocalError} when the disk refuses
 * @throws {CancelledError} when aborted
 */
export async function fetchContent(
  content: PlannedContent,
  placing: Placing,
  tools: FetchTools,
): Promise<Placement> {
  const { observer, resume, runtime, signal } = tools;
  const budget = new RetryBudget(
    content.sizeBytes,
    resume,
    runtime,
    signal,
    observer.onRetry,
  );
  const { source } = content;
  if (source.kind === "bytes") {
    observer.onArrived();
    return await tools.store.put(content, source.bytes.slice(), placing);
  }
  const question = new ContentQuestion(content, source, tools);
  const attempt = content.sizeBytes <= WHOLE_LIMIT_BYTES
    ? () => fetchWhole(content, placing, question, budget, tools)
    : (fresh: boolean) =>
      fetchParts(content, placing, question, budget, tools, fresh)
        .catch((error) => placeIfThere(error, content, placing, tools.store));
  try {
    return await attempt(false);
  } catch (error) {
    if (!(error instanceof IntegrityError)) throw error;
    question.forgetAddress();
    observer.onRestart();
    observer.onRetry(described(error, content, question));
  }
  try {
    return await attempt(true);
  } catch (error) {
    if (!(error instanceof IntegrityError)) throw error;
    throw described(error, content, question);
  }
}

async function fetchWhole(
  content: PlannedContent,
  placing: Placing,
  question: ContentQuestion,
  budget: RetryBudget,
  tools: FetchTools,
): Promise<Placement> {
  const bytes = await receiveWhole(content.sizeBytes, question, budget, tools);
  tools.observer.onArrived();
  return await tools.store.put(content, bytes, placing);
}

async function fetchParts(
  content: PlannedContent,
  placing: Placing,
  question: ContentQuestion,
  budget: RetryBudget,
  tools: FetchTools,
  fresh: boolean,
): Promise<Placement> {
  const { observer, runtime, store } = tools;
  const part = await store.open(content, { fresh });
  const foundBytes = part.found.reduce(
    (sum, { start, end }) => sum + end - start,
    0,
  );
  if (foundBytes > 0) observer.onResumed(foundBytes);
  try {
    await receiveParts(content.sizeBytes, part, question, budget, tools);
  } catch (error) {
    // Wrong bytes are no start of anything; the rest is worth keeping.
    const ending = error instanceof IntegrityError
      ? part.discard()
      : part.suspend();
    await ending.catch((cause) => {
      if (!(cause instanceof LocalError)) throw cause;
      runtime.log("DEBUG", `the part could not be kept: ${cause.message}`);
    });
    throw error;
  }
  observer.onArrived();
  return await part.publish(placing);
}

/** Another process that published the content tidied up our part. */
async function placeIfThere(
  error: unknown,
  content: PlannedContent,
  placing: Placing,
  store: TransferStore,
): Promise<Placement> {
  const isGone = error instanceof LocalError && error.reason === "not_found";
  if (!isGone || await store.state(content) !== "present") throw error;
  return await store.place(content, placing);
}

function described(
  error: IntegrityError,
  { name, source }: PlannedContent,
  { mediaType }: ContentQuestion,
): IntegrityError {
  const shown = shownSource(source);
  const from = shown === undefined ? "" : ` (from ${shown})`;
  return new IntegrityError(`${quote(name)} ${error.message}${from}`, {
    cause: error,
    hint: /^text\/html\b/i.test(mediaType)
      ? "What came is a web page, perhaps of a proxy or a login; nothing was " +
        "kept."
      : "What the service sent is not the file; nothing was kept.",
  });
}
