import {
  CancelledError,
  HcaError,
  type ItemFailure,
  LocalError,
  messageOf,
  throwIfAborted,
} from "../base/mod.ts";
import type { Placement, TransferStore } from "../store/mod.ts";
import { AdaptiveSlots } from "./adaptive_slots.ts";
import { shownSource } from "./ask_content.ts";
import type { EventQueue } from "./event_queue.ts";
import {
  fetchContent,
  type FetchObserver,
  WHOLE_LIMIT_BYTES,
} from "./fetch_content.ts";
import { RateLimit } from "./rate_limit.ts";
import { DEFAULT_RESUME } from "./resume_policy.ts";
import { Slots } from "./slots.ts";
import { StopRule } from "./stop_rule.ts";
import type { ContentResult, TransferEvent } from "./transfer_event.ts";
import { DEFAULT_JOBS, type TransferOptions } from "./transfer_options.ts";
import type { PlannedContent, TransferPlan } from "./transfer_plan.ts";
import type { TransferProgress, Underway } from "./transfer_progress.ts";
import type { TransferTools } from "./transfer_tools.ts";

// Contents that have arrived and are being made durable; a disk takes many
// syncs at once better than one after the other.
const FINISHING = 64;

// A consumer that is further behind slows the transfer.
const WAITING_EVENTS = 1000;

/** Failures that are remembered one by one. */
export const KEPT_FAILURES = 1000;

/** What a {@linkcode TransferRun} is made of. */
export interface TransferRunParts {
  /** What is to be there. */
  plan: TransferPlan;
  /** Where it goes; opened and ready. */
  store: TransferStore;
  /** What it works with. */
  tools: TransferTools;
  /** How. */
  options: TransferOptions;
  /** Counts. */
  progress: TransferProgress;
  /** Where events go; closed with the run. */
  events: EventQueue<TransferEvent>;
}

/** One pass over a plan: fetches, places, and tells of each content. */
export class TransferRun {
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

  /** Fetches nothing yet. */
  constructor(parts: TransferRunParts) {
    const { tools, options } = parts;
    this.#plan = parts.plan;
    this.#store = parts.store;
    this.#tools = tools;
    this.#options = options;
    this.#progress = parts.progress;
    this.#events = parts.events;
    this.#slots = new AdaptiveSlots(options.jobs ?? DEFAULT_JOBS);
    tools.http.onThrottled = () => this.#slots.throttled();
    const { limitBytesPerSecond } = options;
    this.#limit = limitBytesPerSecond === undefined
      ? undefined
      : new RateLimit(limitBytesPerSecond, tools.runtime.clock);
  }

  /**
   * Does all of it; the events end with `finished`, unless it is stopped.
   *
   * @param isFresh whether the store has nothing of the plan
   * @throws {HcaError} what stopped it
   */
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

/** What is told of an entry that is none of a content. */
export const NOTHING_KNOWN: ContentResult = {
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
