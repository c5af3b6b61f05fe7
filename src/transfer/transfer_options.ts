import type { ResumePolicy } from "./resume_policy.ts";

/** Contents fetched at the same time unless told otherwise. */
export const DEFAULT_JOBS = 16;

/** How a transfer is carried out. */
export interface TransferOptions {
  /** Contents fetched at the same time, at most. Default 16. */
  jobs?: number;
  /**
   * Connections for one big content: a number, or `auto` (default), which
   * adds one as long as that makes it faster.
   */
  segments?: number | "auto";
  /** Received bytes per second of the whole transfer, at most. */
  limitBytesPerSecond?: number;
  /** When a broken one is taken up again. */
  resume?: ResumePolicy;
  /** Whether contents that are there are read and hashed again. */
  verify?: boolean;
  /** Whether other contents that stand in the way are replaced. */
  force?: boolean;
  /** Whether the first failure ends the transfer. Default: the others go on. */
  failFast?: boolean;
  /** Whether to end after the event `started`, with nothing done. */
  dryRun?: boolean;
  /** Ends the transfer; what is done stays, what is begun can be taken up. */
  signal?: AbortSignal;
}
