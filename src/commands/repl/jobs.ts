import { CancelledError, type Clock } from "../../base/mod.ts";
import { JobOutput } from "./job_output.ts";

/** What became of a job. */
export type JobState = "running" | "done" | "failed" | "cancelled";

/** A command that runs beside the prompt. */
export interface Job {
  /** What it is called by. */
  readonly number: number;
  /** The line, secrets removed. */
  readonly line: string;
  /** What became of it so far. */
  readonly state: JobState;
  /** Its exit status; undefined while it runs. */
  readonly status: number | undefined;
  /** What it wrote. */
  readonly output: JobOutput;
  /** How long it runs or ran, milliseconds. */
  readonly tookMs: number;
}

/** Does the work of a job, shows what goes wrong, and gives its exit status. */
export type JobWork = (
  signal: AbortSignal,
  output: JobOutput,
) => Promise<number>;

// A script may start any number of them and wait for none.
const ENDED_LIMIT = 100;

class RunningJob implements Job {
  readonly number: number;
  readonly line: string;
  readonly ended: Promise<void>;
  state: JobState = "running";
  status: number | undefined;
  readonly output = new JobOutput();
  readonly #controller = new AbortController();
  readonly #clock: Clock;
  readonly #startMs: number;
  #endMs: number | undefined;

  constructor(number: number, line: string, work: JobWork, clock: Clock) {
    this.number = number;
    this.line = line;
    this.#clock = clock;
    this.#startMs = clock.elapsed();
    this.ended = this.#run(work);
  }

  get tookMs(): number {
    return (this.#endMs ?? this.#clock.elapsed()) - this.#startMs;
  }

  cancel(): void {
    this.#controller.abort(new CancelledError("cancelled"));
  }

  async #run(work: JobWork): Promise<void> {
    const { signal } = this.#controller;
    this.status = await work(signal, this.output);
    this.#endMs = this.#clock.elapsed();
    const wasStopped = signal.aborted && this.status !== 0;
    if (wasStopped) this.state = "cancelled";
    else this.state = this.status === 0 ? "done" : "failed";
  }
}

/** The jobs of a session, by number. */
export class Jobs {
  readonly #clock: Clock;
  readonly #onEnd: (job: Job) => void;
  readonly #jobs = new Map<number, RunningJob>();
  #lastNumber = 0;

  /** Has none yet; `onEnd` is told of each that ends. */
  constructor(clock: Clock, onEnd: (job: Job) => void) {
    this.#clock = clock;
    this.#onEnd = onEnd;
  }

  /** Starts a job. */
  start(line: string, work: JobWork): Job {
    const number = ++this.#lastNumber;
    const job = new RunningJob(number, line, work, this.#clock);
    this.#jobs.set(number, job);
    job.ended.then(() => {
      this.#onEnd(job);
      this.#forgetOldest();
    });
    return job;
  }

  /** All jobs that were not waited for, oldest first; of old ones the last. */
  list(): Job[] {
    return [...this.#jobs.values()];
  }

  /** Those that run. */
  running(): Job[] {
    return this.list().filter(({ state }) => state === "running");
  }

  /** A job by its number. */
  find(number: number): Job | undefined {
    return this.#jobs.get(number);
  }

  /**
   * Waits for the end of a job and forgets it; an aborted signal ends the
   * wait, not the job.
   *
   * @returns whether it has ended
   */
  async wait(number: number, signal?: AbortSignal): Promise<boolean> {
    const job = this.#jobs.get(number);
    if (job === undefined) return true;
    const aborted = Promise.withResolvers<void>();
    const stop = () => aborted.resolve();
    signal?.addEventListener("abort", stop, { once: true });
    if (signal?.aborted) stop();
    await Promise.race([job.ended, aborted.promise]);
    signal?.removeEventListener("abort", stop);
    if (job.state === "running") return false;
    this.#jobs.delete(number);
    return true;
  }

  /** Asks a job to end; what it has done so far stays. */
  cancel(number: number): void {
    this.#jobs.get(number)?.cancel();
  }

  /** Ends all jobs and waits until they have. */
  async endAll(): Promise<void> {
    for (const job of this.#jobs.values()) job.cancel();
    await Promise.all([...this.#jobs.values()].map(({ ended }) => ended));
  }

  #forgetOldest(): void {
    const ended = this.list().filter(({ state }) => state !== "running");
    for (const { number } of ended.slice(0, -ENDED_LIMIT)) {
      this.#jobs.delete(number);
    }
  }
}
