import {
  CancelledError,
  HcaError,
  type ItemFailure,
  LocalError,
  messageOf,
  PartialError,
  type Runtime,
  throwIfAborted,
} from "../base/mod.ts";
import type { HttpClient } from "../http/mod.ts";
import type { Placement, TransferStore } from "../store/mod.ts";
import { shownSource } from "./ask_content.ts";
import { EventQueue } from "./event_queue.ts";
import {
  fetchContent,
  type FetchObserver,
  WHOLE_LIMIT_BYTES,
} from "./fetch_content.ts";
import { RateLimit } from "./rate_limit.ts";
import { DEFAULT_RESUME } from "./resume_policy.ts";
import { AdaptiveSlots } from "./adaptive_slots.ts";
import { Slots } from "./slots.ts";
import { StopRule } from "./stop_rule.ts";
import { checkSpace, surveyPlan } from "./survey_plan.ts";
import type { ContentResult, TransferEvent } from "./transfer_event.ts";
import type { TransferOptions } from "./transfer_options.ts";
import type { PlannedContent, TransferPlan } from "./transfer_plan.ts";
import { TransferProgress, type Underway } from "./transfer_progress.ts";

/** Contents fetched at the same time unless told otherwise. */
export const DEFAULT_JOBS = 16;

// Contents that have arrived and are being made durable; a disk takes many
// syncs at once better than one after the other.
const FINISHING = 64;

// A consumer that is further behind slows the transfer.
const WAITING_EVENTS = 1000;

// Failures that are remembered one by one.
const KEPT_FAILURES = 1000;

/** What a transfer works with. */
export interface TransferTools {
  /** Carries out requests. */
  http: Pick<HttpClient, "onThrottled" | "open">;
  /**
   * Opens the store that contents go to, which the transfer closes. `work`
   * says how much there is to do, so that a store may get help for it.
   */
  openStore: (
    work: { contents: number; sizeBytes: number },
  ) => Promise<TransferStore>;
  /** The machine. */
  runtime: Pick<Runtime, "clock" | "log" | "random">;
}

/**
 * Carries out a plan: every content into the store, verified, and from there
 * to its places. One that fails does not stop the others; the last event,
 * `finished`, says what became of all. When the consumer stops early, so
 * does the transfer. Whatever ends it, what is whole stays, and what is begun
 * can be taken up by the next run.
 *
 * @throws {LocalError} when there is not enough space, before anything is
 * asked for, or when the disk is full or cannot be written
 * @throws {AuthError} when the service does not let us in at all
 * @throws {NetworkError} when nothing can be reached any more
 * @throws {CancelledError} when `options.signal` is aborted
 * @throws {PartialError} when a dry run knows of something that cannot be had
 */
export async function* runTransfer(
  plan: TransferPlan,
  tools: TransferTools,
  options: TransferOptions = {},
): AsyncGenerator<TransferEvent, void, void> {
  const events = new EventQueue<TransferEvent>();
  const { clock } = tools.runtime;
  const progress = new TransferProgress(
    plan,
    clock,
    (event) => events.push(event),
  );
  const store = await tools.openStore(plan);
  try {
    const needs = await surveyPlan(plan, store, options.signal);
    yield { type: "started", totals: progress.snapshot(), needs };
    await checkSpace(plan, needs, store, options.signal);
    if (options.dryRun) return yield* tellWhatIsMissing(plan);
    // Before anything is asked for that could not be kept.
    if (needs.contents > 0) await store.prepare();
    const run = new TransferRun(plan, store, tools, options, progress, events);
    // A look at each name costs more than it should where nothing is there.
    const isFresh = !plan.repeats && needs.contents === plan.contents;
    yield* run.carryOut(isFresh);
  } finally {
    await store.close();
  }
}

/** What cannot be had is no secret of the run that would have found it. */
async function* tellWhatIsMissing(
  { contents, failures = [] }: TransferPlan,
): AsyncGenerator<TransferEvent, void, void> {
  for (const { name, error } of failures) {
    yield { ...NOTHING_KNOWN, type: "failed", name, error };
  }
  if (failures.length === 0) return;
  const shown = failures.slice(0, KEPT_FAILURES);
  throw new PartialError(
    `${failures.length} of ${contents} files cannot be had`,
    shown,
    { omitted: failures.length - shown.length },
  );
}

class TransferRun {
  readonly #plan: TransferPlan;
  readonly #store: TransferStore;
  readonly #tools: TransferTools;
  readonly #options: TransferOptions;
  readonly #progress: TransferProgress;
  readonly #events: EventQueue<TransferEvent>;
  readonly #stop = new AbortController();
  readonly #slots: AdaptiveSlots;
  readonly #unfinished = new Slots(FINISHING);
  readonly #limit: RateLimit | undefined;
  readonly #failures: ItemFailure[] = [];
  readonly #inWork = new Map<string, Promise<void>>();
  readonly #rule = new StopRule();
  #fatal: unknown;
  #hasFinished = false;
  #hasWarned = false;
  #isFresh = false;

  constructor(
    plan: TransferPlan,
    store: TransferStore,
    tools: TransferTools,
    options: TransferOptions,
    progress: TransferProgress,
    events: EventQueue<TransferEvent>,
  ) {
    this.#plan = plan;
    this.#store = store;
    this.#tools = tools;
    this.#options = options;
    this.#progress = progress;
    this.#events = events;
    this.#slots = new AdaptiveSlots(options.jobs ?? DEFAULT_JOBS);
    tools.http.onThrottled = () => this.#slots.throttled();
    const { limitBytesPerSecond } = options;
    this.#limit = limitBytesPerSecond === undefined
      ? undefined
      : new RateLimit(limitBytesPerSecond, tools.runtime.clock);
  }

  /** @param isFresh whether the store has nothing of the plan */
  async *carryOut(
    isFresh: boolean,
  ): AsyncGenerator<TransferEvent, void, void> {
    this.#isFresh = isFresh;
    const { signal } = this.#options;
    const abort = () => this.#stop.abort(signal?.reason);
    if (signal?.aborted) abort();
    signal?.addEventListener("abort", abort, { once: true });
    const working = this.#work().finally(() => {
      // Nothing that comes after this would say how far it came.
      if (!this.#hasFinished) this.#progress.tell({ always: true });
      this.#events.close();
    });
    try {
      yield* this.#events;
      await working;
      throwIfAborted(signal);
    } finally {
      signal?.removeEventListener("abort", abort);
      this.#stop.abort(new CancelledError());
      // What it throws was thrown above, unless the consumer went away.
      await working.catch(() => {});
    }
  }

  async #work(): Promise<void> {
    const { signal } = this.#stop;
    const running = new Set<Promise<void>>();
    try {
      for await (const entry of this.#plan.entries()) {
        if (signal.aborted) break;
        if ("error" in entry) {
          this.#fail(entry.name, entry.error, NOTHING_KNOWN);
          continue;
        }
        await this.#events.room(WAITING_EVENTS);
        await this.#unfinished.acquire();
        await this.#slots.acquire();
        const one: Promise<void> = this.#one(entry).finally(() => {
          this.#unfinished.release();
          running.delete(one);
        });
        running.add(one);
        if (signal.aborted) break;
      }
    } finally {
      await Promise.all(running);
    }
    await this.#store.settle();
    if (this.#fatal !== undefined) throw this.#fatal;
    if (this.#options.signal?.aborted) return;
    this.#hasFinished = true;
    this.#events.push({
      type: "finished",
      totals: this.#progress.snapshot(),
      failures: this.#failures,
    });
  }

  /** One content, after those with the same bytes that are under way. */
  async #one(content: PlannedContent): Promise<void> {
    const { sha256 } = content;
    const release = onlyOnce(() => this.#slots.release());
    const earlier = this.#inWork.get(sha256);
    const work = async () => {
      await earlier;
      await this.#handle(content, release);
    };
    const working = work();
    this.#inWork.set(sha256, working);
    try {
      await working;
    } finally {
      release();
      if (this.#inWork.get(sha256) === working) this.#inWork.delete(sha256);
    }
  }

  async #handle(content: PlannedContent, release: () => void): Promise<void> {
    const { signal } = this.#stop;
    if (signal.aborted) return;
    const underway = this.#progress.begin(content);
    const { totals } = this.#progress;
    try {
      const isPresent = await this.#isPresent(content);
      // A run that was killed after it had published could not.
      const mayHaveParts = content.sizeBytes > WHOLE_LIMIT_BYTES;
      if (isPresent && mayHaveParts) await this.#store.tidy(content);
      const placement = isPresent
        ? await this.#store.place(content, this.#placing(content))
        : await this.#fetch(content, underway, release);
      this.#warnOfCopies(placement);
      if (isPresent) totals.present++;
      else {
        totals.fetched++;
        this.#rule.succeeded();
        this.#slots.succeeded();
      }
      totals.doneBytes += content.sizeBytes;
      this.#events.push({
        ...resultOf(content, underway.tries),
        type: isPresent ? "present" : "fetched",
        path: this.#store.pathOf(content.sha256),
      });
      this.#progress.tell();
    } catch (error) {
      // What the end of the run brings with it is not a failure of its own.
      if (signal.aborted) return;
      this.#fail(content.name, error, resultOf(content, underway.tries));
    } finally {
      this.#progress.end(underway);
    }
  }

  async #isPresent(content: PlannedContent): Promise<boolean> {
    if (this.#isFresh) return false;
    const state = this.#options.verify
      ? await this.#store.verify(content)
      : await this.#store.state(content);
    if (state === "damaged") {
      this.#events.push({
        type: "warning",
        message: `${this.#store.pathOf(content.sha256)} is damaged and is ` +
          "fetched again",
      });
    }
    return state === "present";
  }

  #placing({ targets }: PlannedContent): {
    targets: readonly string[];
    force: boolean;
  } {
    return { targets, force: this.#options.force ?? false };
  }

  async #fetch(
    content: PlannedContent,
    underway: Underway,
    release: () => void,
  ): Promise<Placement> {
    const { resume = DEFAULT_RESUME, segments = "auto" } = this.#options;
    underway.tries = 1;
    return await fetchContent(content, this.#placing(content), {
      http: this.#tools.http,
      store: this.#store,
      runtime: this.#tools.runtime,
      resume,
      segments,
      hasReceived: () => this.#progress.totals.receivedBytes > 0,
      hasSpareConnections: () => this.#slots.used * 2 <= this.#slots.limit,
      limit: this.#limit,
      observer: this.#observer(content, underway, release),
      signal: this.#stop.signal,
    });
  }

  #observer(
    { name }: PlannedContent,
    underway: Underway,
    release: () => void,
  ): FetchObserver {
    return {
      onReceived: (bytes) => this.#progress.received(underway, bytes),
      onResumed: (bytes) => this.#progress.resumed(underway, bytes),
      onRestart: () => void (underway.doneBytes = 0),
      onRetry: ({ message: reason }) => {
        underway.tries++;
        const { tries } = underway;
        this.#events.push({ type: "retried", name, reason, tries });
      },
      onArrived: release,
    };
  }

  #warnOfCopies(placement: Placement): void {
    if (placement !== "copied" || this.#hasWarned) return;
    this.#hasWarned = true;
    this.#events.push({
      type: "warning",
      message: "hard links are not possible here; files are copied instead, " +
        "which takes twice the space",
    });
  }

  #fail(name: string, cause: unknown, result: ContentResult): void {
    // Anything else is a bug; it must not take the other files with it.
    const error = cause instanceof HcaError
      ? cause
      : new LocalError(`internal error: ${messageOf(cause)}`, { cause });
    this.#progress.totals.failed++;
    if (this.#failures.length < KEPT_FAILURES) {
      this.#failures.push({ name, error });
    }
    this.#events.push({ ...result, name, type: "failed", error });
    const fatal = this.#rule.failed(error);
    if (fatal === undefined && !this.#options.failFast) return;
    this.#fatal ??= fatal;
    this.#stop.abort(new CancelledError());
  }
}

const NOTHING_KNOWN: ContentResult = {
  name: "",
  sha256: "",
  sizeBytes: 0,
  source: undefined,
  tries: 0,
  targets: [],
};

function resultOf(content: PlannedContent, tries: number): ContentResult {
  const { name, sha256, sizeBytes, source, targets } = content;
  return {
    name,
    sha256,
    sizeBytes,
    source: shownSource(source),
    tries,
    targets,
  };
}

function onlyOnce(work: () => void): () => void {
  let isDone = false;
  return () => {
    if (isDone) return;
    isDone = true;
    work();
  };
}
