import {
  type FileSystem,
  LocalError,
  messageOf,
  quote,
  type Runtime,
  throwIfAborted,
} from "../base/mod.ts";

/** What {@linkcode withFileLock} needs of the machine. */
export type LockTools = Pick<Runtime, "files" | "clock" | "random" | "log">;

/** A lock that is held. */
export interface FileLock {
  /**
   * Makes sure that nobody took the lock away, as happens to a process that
   * was stopped for long.
   *
   * @throws {LocalError} with reason `busy` when it is lost
   */
  check(): Promise<void>;
}

/** How long {@linkcode withFileLock} waits for what. */
export interface LockOptions {
  /**
   * The age from which a lock was left behind by a process that died,
   * milliseconds: longer than the work takes. Default 10 s, for work that
   * takes milliseconds.
   */
  staleMs?: number;
  /** How long to wait for others, milliseconds. Default 20 s. */
  patienceMs?: number;
  /** Ends the waiting. */
  signal?: AbortSignal;
}

const STALE_MS = 10_000;
const PATIENCE_MS = 20_000;
const PAUSE_MS = 40;
// From then on whoever waits wants to know what for.
const SILENT_MS = 3_000;

/**
 * Does `work` while no other process that asks for the same lock does. The
 * lock is a file that must not be there (O_EXCL, which holds on network file
 * systems too); one that is stale is taken over.
 *
 * @param path the lock file, in a directory that is there
 * @throws {LocalError} with reason `busy` when others hold it for too long,
 * and when the file cannot be made
 * @throws {CancelledError} when the signal is aborted while waiting
 */
export async function withFileLock<T>(
  tools: LockTools,
  path: string,
  work: (lock: FileLock) => Promise<T>,
  options: LockOptions = {},
): Promise<T> {
  const { files, log } = tools;
  const token = tools.random().toString(36).slice(2);
  await acquire(tools, path, token, options);
  try {
    return await work({
      check: async () => {
        if (await isOurs(files, path, token)) return;
        throw busy(path, "another process took the lock over");
      },
    });
  } finally {
    // The work is done or has failed; this must not hide which.
    try {
      if (await isOurs(files, path, token)) await files.remove(path);
    } catch (error) {
      log("WARNING", `the lock was not removed: ${messageOf(error)}`);
    }
  }
}

async function acquire(
  tools: LockTools,
  path: string,
  token: string,
  options: LockOptions,
): Promise<void> {
  const { clock, files, log, random } = tools;
  const { staleMs = STALE_MS, patienceMs = PATIENCE_MS, signal } = options;
  const startMs = clock.elapsed();
  let hasTold = false;
  while (true) {
    throwIfAborted(signal);
    if (await create(files, path, token)) return;
    if (await isStale(tools, path, staleMs)) {
      await breakLock(tools, path, `${path}.${token}`, staleMs);
      continue;
    }
    const waitedMs = clock.elapsed() - startMs;
    if (waitedMs > patienceMs) throw busy(path, "another process is at work");
    if (waitedMs > SILENT_MS && !hasTold) {
      hasTold = true;
      log("WARNING", `waiting for another process: ${quote(path, 200)}`);
    }
    await clock.sleep(PAUSE_MS * (0.5 + random()), signal);
  }
}

/** Makes the lock file with our token in it; false when there is one. */
async function create(
  files: FileSystem,
  path: string,
  token: string,
): Promise<boolean> {
  try {
    const file = await files.create(path, { mode: 0o600 });
    try {
      await file.write(new TextEncoder().encode(token));
    } catch (error) {
      await files.remove(path);
      throw error;
    } finally {
      file.close();
    }
    return true;
  } catch (error) {
    if (error instanceof LocalError && error.reason === "exists") return false;
    throw error;
  }
}

async function isOurs(
  files: FileSystem,
  path: string,
  token: string,
): Promise<boolean> {
  if (await files.lstat(path) === undefined) return false;
  return new TextDecoder().decode(await files.read(path)) === token;
}

async function isStale(
  { files, clock }: LockTools,
  path: string,
  staleMs: number,
): Promise<boolean> {
  const info = await files.lstat(path);
  return info?.modifiedAtMs !== undefined &&
    clock.now() - info.modifiedAtMs > staleMs;
}

/**
 * Removes a stale lock. Another process may do the same at this moment and
 * have made a fresh one, so it is moved aside, looked at again, and put back
 * if it is not stale after all.
 */
async function breakLock(
  tools: LockTools,
  path: string,
  aside: string,
  staleMs: number,
): Promise<void> {
  const { files, log } = tools;
  try {
    await files.rename(path, aside);
  } catch (error) {
    if (error instanceof LocalError && error.reason === "not_found") return;
    throw error;
  }
  try {
    if (await isStale(tools, aside, staleMs)) {
      log("DEBUG", `removed the stale lock ${quote(path, 200)}`);
    } else await files.link(aside, path);
  } catch (error) {
    if (!(error instanceof LocalError && error.reason === "exists")) {
      throw error;
    }
  } finally {
    await files.remove(aside);
  }
}

function busy(path: string, why: string): LocalError {
  return new LocalError(`${quote(path, 200)} is locked: ${why}`, {
    path,
    reason: "busy",
    retryable: true,
    hint: "Try again; if no hca is running, remove that file.",
  });
}
