import type { Clock, Random } from "./clock.ts";
import type { Fetch } from "./fetch.ts";
import type { FileSystem } from "./file_system.ts";
import type { CreateHash } from "./hashing.ts";
import type { Log } from "./log.ts";
import type { Processes } from "./processes.ts";

/**
 * What the core needs of the machine. `platform/` makes the real one; a
 * function takes only the members that it uses (`Pick<Runtime, …>`).
 */
export interface Runtime {
  /** Sends one request; redirects are not followed here. */
  fetch: Fetch;
  /** Wall and monotonic time. */
  clock: Clock;
  /** Randomness for jitter. */
  random: Random;
  /** The file system. */
  files: FileSystem;
  /** Digests at hardware speed. */
  createHash: CreateHash;
  /** Where messages go. */
  log: Log;
  /** Which processes run; without it, none is known to have ended. */
  processes?: Processes;
}
