import {
  type Clock,
  type Database,
  type Json,
  type Log,
  messageOf,
} from "../../base/mod.ts";
import { OutOfTime, type TaskHandler, type TaskOutcome } from "./task.ts";
import { type LeasedTask, TaskTable } from "./task_table.ts";

const RENEW_MS = 20_000;
const RENEW_AGAIN_MS = 1000;
const AFTER_ERROR_MS = 60_000;
// How often another process is expected to have added something.
const IDLE_MS = 1000;
const AT_ONCE = 8;

/** What a {@linkcode TaskQueue} works with. */
export interface TaskQueueOptions {
  /** Has the table `tasks`. */
  database: Database;
  /** Time. */
  clock: Clock;
  /** Says what failed. */
  log: Log;
  /** Who does what, by kind; each is made when its first task comes. */
  handlers: Readonly<Record<string, () => Promise<TaskHandler>>>;
  /** Whether the database is nobody's any more: nothing is begun then. */
  isRemoved?: () => boolean;
  /** How many tasks of a kind are done at once. Default: 8. */
  atOnce?: Readonly<Record<string, number>>;
}

/** How long the tasks of a kind may take altogether, milliseconds. */
export type TimeLimits = Readonly<Record<string, number>>;

/** One turn of work, from when it is begun until nothing is left or wanted. */
interface Turn {
  signal: AbortSignal;
  /** What ends the tasks of a kind earlier. */
  limits: Map<string, AbortSignal>;
  /** Kinds of which none is begun any more. */
  over: Set<string>;
  running: Map<LeasedTask, Promise<void>>;
  /** Resolved when there may be something to begin. */
  wake: PromiseWithResolvers<void>;
}

/**
 * Tasks in the database: they survive a restart, and of several processes one
 * does each, holding a lease that it renews while it works. One that takes
 * long keeps those of other kinds from nothing, and those of its own kind
 * only when there are very many.
 */
export class TaskQueue {
  readonly #options: TaskQueueOptions;
  readonly #table: TaskTable;
  readonly #handlers = new Map<string, Promise<TaskHandler>>();
  readonly #turns = new Set<Turn>();

  /** Does nothing yet. */
  constructor(options: TaskQueueOptions) {
    this.#options = options;
    this.#table = new TaskTable(options.database, options.clock);
  }

  /**
   * Adds a task; part of the transaction that is open, if there is one.
   *
   * @param options.runAtMs not before this; default: now
   * @param options.id its key; default: a new uuid
   * @returns its key
   */
  add(
    kind: string,
    payload: Json,
    options: { id?: string; runAtMs?: number } = {},
  ): string {
    const { clock } = this.#options;
    const { id = crypto.randomUUID(), runAtMs = clock.now() } = options;
    this.#table.add(kind, payload, { id, runAtMs });
    for (const { wake } of this.#turns) wake.resolve();
    return id;
  }

  /** Takes a task away; one that is being done ends by itself. */
  remove(id: string): void {
    this.#table.remove(id);
  }

  /**
   * Lets tasks that nobody does yet be due at a time, unless they are later.
   *
   * @param atMs when, milliseconds since 1970
   */
  postpone(ids: readonly string[], atMs: number): void {
    this.#table.postpone(ids, atMs);
  }

  /** How many tasks there are, due or not. */
  count(kind?: string): number {
    return this.#table.count(kind);
  }

  /**
   * Does what is due, and what that makes due, until nothing is.
   *
   * @param limits for kinds that this process has not all the time for; what
   * is not done then is left
   */
  async runDue(signal: AbortSignal, limits: TimeLimits = {}): Promise<void> {
    const turn = this.#newTurn(signal);
    const ending = new AbortController();
    const timing = Object.entries(limits).map(([kind, timeMs]) =>
      this.#limit(turn, kind, timeMs, ending.signal)
    );
    do {
      this.#begin(turn);
      if (turn.running.size > 0) await turn.wake.promise;
    } while (turn.running.size > 0);
    ending.abort();
    await Promise.all(timing);
    this.#turns.delete(turn);
  }

  /** Does tasks as they become due, until the signal is aborted. */
  async runUntil(signal: AbortSignal): Promise<void> {
    const { clock } = this.#options;
    const turn = this.#newTurn(signal);
    while (!signal.aborted) {
      this.#begin(turn);
      const waiting = new AbortController();
      const stop = () => waiting.abort();
      signal.addEventListener("abort", stop, { once: true });
      if (signal.aborted) stop();
      turn.wake.promise.then(stop);
      await clock.sleep(IDLE_MS, waiting.signal);
      signal.removeEventListener("abort", stop);
    }
    await Promise.all(turn.running.values());
    this.#turns.delete(turn);
  }

  #newTurn(signal: AbortSignal): Turn {
    const turn: Turn = {
      signal,
      limits: new Map(),
      over: new Set(),
      running: new Map(),
      wake: Promise.withResolvers(),
    };
    this.#turns.add(turn);
    return turn;
  }

  // Nothing is begun in the second half, so that all has half the time.
  async #limit(
    turn: Turn,
    kind: string,
    timeMs: number,
    ending: AbortSignal,
  ): Promise<void> {
    const { clock } = this.#options;
    const limit = new AbortController();
    turn.limits.set(kind, AbortSignal.any([turn.signal, limit.signal]));
    await clock.sleep(timeMs / 2, ending);
    if (ending.aborted) return;
    turn.over.add(kind);
    await clock.sleep(timeMs / 2, ending);
    if (!ending.aborted) limit.abort(new OutOfTime());
  }

  /** Begins what is due, as far as there is room for it. */
  #begin(turn: Turn): void {
    turn.wake = Promise.withResolvers();
    while (!turn.signal.aborted) {
      const leased = this.#lease(turn);
      if (leased === undefined) return;
      const done = this.#run(leased, turn).catch(this.#logFault).then(() => {
        turn.running.delete(leased);
        turn.wake.resolve();
      });
      turn.running.set(leased, done);
    }
  }

  #lease(turn: Turn): LeasedTask | undefined {
    const { isRemoved = () => false } = this.#options;
    try {
      if (isRemoved()) return undefined;
      return this.#table.lease([...turn.over, ...this.#full(turn)]);
    } catch (error) {
      this.#logFault(error);
      return undefined;
    }
  }

  // The database is busy, or the disk full: what is leased is begun again
  // when its lease is over.
  readonly #logFault = (error: unknown): void => {
    this.#options.log("WARNING", `tasks have to wait: ${messageOf(error)}`);
  };

  /** The kinds of which no more are done at once. */
  #full({ running }: Turn): string[] {
    const { atOnce = {} } = this.#options;
    const counts = new Map<string, number>();
    for (const { task: { kind } } of running.keys()) {
      counts.set(kind, (counts.get(kind) ?? 0) + 1);
    }
    return [...counts].filter(([kind, count]) =>
      count >= (atOnce[kind] ?? AT_ONCE)
    ).map(([kind]) => kind);
  }

  async #run(leased: LeasedTask, turn: Turn): Promise<void> {
    const { task } = leased;
    const { clock, log } = this.#options;
    const working = new AbortController();
    const renewing = this.#renew(leased, working.signal);
    let outcome: TaskOutcome;
    try {
      const handle = await this.#handlerOf(task.kind);
      outcome = await handle(task, turn.limits.get(task.kind) ?? turn.signal);
    } catch (error) {
      log("WARNING", `${task.kind} will be tried again: ${messageOf(error)}`);
      outcome = { kind: "later", atMs: clock.now() + AFTER_ERROR_MS };
    } finally {
      working.abort();
      await renewing;
    }
    this.#table.settle(leased, turn.signal.aborted ? undefined : outcome);
  }

  async #renew(leased: LeasedTask, signal: AbortSignal): Promise<void> {
    const { clock } = this.#options;
    let pauseMs = RENEW_MS;
    while (!signal.aborted) {
      await clock.sleep(pauseMs, signal);
      if (signal.aborted) return;
      try {
        this.#table.renew(leased);
        pauseMs = RENEW_MS;
      } catch (error) {
        // The work goes on, and the lease with it if the next try comes soon.
        this.#logFault(error);
        pauseMs = RENEW_AGAIN_MS;
      }
    }
  }

  #handlerOf(kind: string): Promise<TaskHandler> {
    const known = this.#handlers.get(kind);
    if (known !== undefined) return known;
    const make = this.#options.handlers[kind];
    if (make === undefined) {
      return Promise.reject(new TypeError(`nobody does ${kind}`));
    }
    const made = make();
    this.#handlers.set(kind, made);
    return made;
  }
}
