import { localError } from "./local_error.ts";

/**
 * Runs `work`, which may be asynchronous, on `path`.
 *
 * @param action what is tried, as in `cannot write`
 * @throws {LocalError} for whatever `work` throws
 */
export async function attempt<T>(
  action: string,
  path: string,
  work: () => T | Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw localError(action, path, cause);
  }
}

/**
 * As {@linkcode attempt}, of what does not wait.
 *
 * @throws {LocalError} for whatever `work` throws
 */
export function attemptNow<T>(action: string, path: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    throw localError(action, path, cause);
  }
}

/** As {@linkcode ignoreMissing}, of what does not wait. */
export function ignoreMissingNow<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/** What `work` gives; undefined if there is no such file. */
export async function ignoreMissing<T>(
  work: () => T | Promise<T>,
): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/** Whether `make` made something; false if something stands there. */
export async function isNew(
  make: () => void | Promise<void>,
): Promise<boolean> {
  try {
    await make();
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.AlreadyExists) return false;
    throw error;
  }
}
