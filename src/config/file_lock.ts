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

// The work under a lock takes milliseconds.
const STALE_MS = 10_000;
const PATIENCE_MS = 20_000;
const PAUSE_MS = 40;

/**
 * Does `work` while no other process that asks for the same lock does. The
 * lock is a file that must not be there (O_EXCL, which holds on network file
 * systems too); one that is older than 10 seconds was left behind by a
 * process that died, and is taken over.
 *
 * @param path the lock file, in a directory that is there
 * @throws {LocalError} with reason `busy` when others hold it for 20 seconds,
 * and when the file cannot be made
 * @throws {CancelledError} when `signal` is aborted while waiting
 */
export async function withFileLock<T>(
  tools: LockTools,
  path: string,
  work: (lock: FileLock) => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  const { files, log } = tools;
  const token = tools.random().toString(36).slice(2);
  await acquire(tools, path, token, signal);
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
  signal: AbortSignal | undefined,
): Promise<void> {
  const { clock, files, random } = tools;
  const startMs = clock.elapsed();
  while (true) {
    throwIfAborted(signal);
    if (await create(files, path, token)) return;
    if (await isStale(tools, path)) {
      await breakLock(tools, path, `${path}.${token}`);
      continue;
    }
    if (clock.elapsed() - startMs > PATIENCE_MS) {
      throw busy(path, "another process is at work");
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
): Promise<boolean> {
  const info = await files.lstat(path);
  return info?.modifiedAtMs !== undefined &&
    clock.now() - info.modifiedAtMs > STALE_MS;
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
): Promise<void> {
  const { files, log } = tools;
  try {
    await files.rename(path, aside);
  } catch (error) {
    if (error instanceof LocalError && error.reason === "not_found") return;
    throw error;
  }
  try {
    if (await isStale(tools, aside)) {
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
