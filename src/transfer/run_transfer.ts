import {
  CancelledError,
  HcaError,
  type ItemFailure,
  LocalError,
  messageOf,
  type Runtime,
  throwIfAborted,
} from "../base/mod.ts";
import type { HttpClient } from "../http/mod.ts";
import type { ContentStore, StagedContent } from "../store/mod.ts";
import { EventQueue } from "./event_queue.ts";
import {
  DEFAULT_RESUME,
  fetchContent,
  type ResumePolicy,
} from "./fetch_content.ts";
import { placeFile } from "./place_file.ts";
import { runPool } from "./pool.ts";
import type { TransferEvent, TransferTotals } from "./transfer_event.ts";
import type { PlannedContent } from "./transfer_plan.ts";

/** Contents fetched at the same time unless told otherwise. */
export const DEFAULT_JOBS = 16;

// A progress event at most this often, milliseconds.
const PROGRESS_EVERY_MS = 100;

/** How a transfer is carried out. */
export interface TransferOptions {
  /** Contents fetched at the same time. Default 16. */
  jobs?: number;
  /** When a broken one is taken up again. */
  resume?: ResumePolicy;
  /** Ends the transfer; what is done stays. */
  signal?: AbortSignal;
  /** What failed while the plan was made; it is reported with the rest. */
  failures?: readonly ItemFailure[];
}

/** What a transfer works with. */
export interface TransferTools {
  /** Carries out requests. */
  http: HttpClient;
  /** Where contents go. */
  store: ContentStore;
  /** The machine. */
  runtime: Pick<Runtime, "clock" | "createHash" | "files" | "log" | "random">;
}

/**
 * Carries out a plan: every content into the store, verified, and from there
 * to its places. One that fails does not stop the others; the last event,
 * `finished`, names all that failed. When the consumer stops early, so does
 * the transfer, and nothing half-written stays.
 *
 * @throws {CancelledError} when `options.signal` is aborted
 * @throws {LocalError} when the store cannot be written: no further file is
 * begun then, and what is whole stays
 */
export async function* runTransfer(
  plan: readonly PlannedContent[],
  tools: TransferTools,
  options: TransferOptions = {},
): AsyncGenerator<TransferEvent, void, void> {
  const stop = new AbortController();
  const signal = options.signal === undefined
    ? stop.signal
    : AbortSignal.any([stop.signal, options.signal]);
  const run = new TransferRun(plan, tools, { ...options, signal });
  const working = run.work();
  try {
    yield* run.events;
    await working;
    throwIfAborted(options.signal);
  } finally {
    stop.abort(new CancelledError());
    // What it throws was thrown above, unless the consumer went away.
    await working.catch(() => {});
  }
}

class TransferRun {
  readonly events = new EventQueue<TransferEvent>();
  readonly #plan: readonly PlannedContent[];
  readonly #tools: TransferTools;
  readonly #options: TransferOptions;
  readonly #failures: ItemFailure[] = [];
  readonly #totals: TransferTotals;
  #lastProgressMs = -Infinity;
  #unwritable: unknown;
  #warnedOfCopies = false;

  constructor(
    plan: readonly PlannedContent[],
    tools: TransferTools,
    options: TransferOptions,
  ) {
    this.#plan = plan;
    this.#tools = tools;
    this.#options = options;
    this.#totals = {
      contents: plan.length + (options.failures?.length ?? 0),
      sizeBytes: plan.reduce((sum, content) => sum + content.sizeBytes, 0),
      fetched: 0,
      present: 0,
      failed: 0,
      doneBytes: 0,
      receivedBytes: 0,
    };
  }

  async work(): Promise<void> {
    const { jobs = DEFAULT_JOBS, signal, failures = [] } = this.#options;
    this.events.push({ type: "started", totals: { ...this.#totals } });
    for (const { name, error } of failures) this.#fail(name, error);
    await runPool(this.#plan, jobs, (content) => this.#one(content));
    if (!signal?.aborted && this.#unwritable === undefined) {
      this.events.push({
        type: "finished",
        totals: { ...this.#totals },
        failures: this.#failures,
      });
    }
    this.events.close();
    if (this.#unwritable !== undefined) throw this.#unwritable;
  }

  async #one(content: PlannedContent): Promise<void> {
    const { signal } = this.#options;
    if (signal?.aborted || this.#unwritable !== undefined) return;
    const { name, sha256, sizeBytes } = content;
    const path = this.#tools.store.pathOf(sha256);
    try {
      const isPresent =
        await this.#tools.store.state(sha256, sizeBytes) === "present";
      if (!isPresent) await this.#fetch(content);
      for (const target of content.targets) {
        await this.#place(path, target, sha256);
      }
      this.#totals[isPresent ? "present" : "fetched"]++;
      this.#totals.doneBytes += sizeBytes;
      const type = isPresent ? "present" : "fetched";
      this.events.push({ type, name, sizeBytes, path });
    } catch (error) {
      if (signal?.aborted || this.#unwritable !== undefined) return;
      this.#fail(name, error);
    }
  }

  /** A store that cannot be written fails every file: one error is enough. */
  async #stage(): Promise<StagedContent> {
    try {
      return await this.#tools.store.stage();
    } catch (error) {
      this.#unwritable ??= error;
      throw error;
    }
  }

  async #fetch(content: PlannedContent): Promise<void> {
    const { http, runtime } = this.#tools;
    await fetchContent(content, {
      http,
      store: { stage: () => this.#stage() },
      runtime,
      resume: this.#options.resume ?? DEFAULT_RESUME,
      onReceived: (bytes) => this.#received(bytes),
      signal: this.#options.signal,
    });
  }

  async #place(path: string, target: string, sha256: string): Promise<void> {
    const placement = await placeFile(
      this.#tools.runtime,
      path,
      target,
      sha256,
    );
    if (placement !== "copied" || this.#warnedOfCopies) return;
    this.#warnedOfCopies = true;
    this.events.push({
      type: "warning",
      message: "hard links are not possible here; files are copied instead, " +
        "which takes twice the space",
    });
  }

  #received(bytes: number): void {
    this.#totals.receivedBytes += bytes;
    const nowMs = this.#tools.runtime.clock.elapsed();
    if (nowMs - this.#lastProgressMs < PROGRESS_EVERY_MS) return;
    this.#lastProgressMs = nowMs;
    this.events.push({ type: "progress", totals: { ...this.#totals } });
  }

  #fail(name: string, cause: unknown): void {
    // Anything else is a bug; it must not take the other files with it.
    const error = cause instanceof HcaError
      ? cause
      : new LocalError(`internal error: ${messageOf(cause)}`, { cause });
    this.#totals.failed++;
    this.#failures.push({ name, error });
    this.events.push({ type: "failed", name, error });
  }
}
