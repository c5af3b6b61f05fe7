import type { Handler, ServiceSettings } from "../../server/mod.ts";
import type { Context } from "../context.ts";

/** A store that is served: its handler, and its tasks under way. */
export interface ServedStore {
  /** The service. */
  handler: Handler;
  /** What the login page asks for. */
  password: string;
  /** Ends the tasks, then closes the store. */
  close(): Promise<void>;
}

/** What is served, and how. */
export interface ServedStoreOptions {
  /** The directory of the store; made when it is not there. */
  dataDir: string;
  /** Email addresses of those who may delete bundles. */
  admins: readonly string[];
  /** What the service may reach and do. */
  settings: Partial<ServiceSettings>;
  /** Whether a new store gets sample bundles. */
  hasSamples: boolean;
}

/**
 * Opens a store to be served and begins what was put off in it.
 *
 * @throws {LocalError} when it cannot be made or read; then it is closed
 */
export async function openServedStore(
  context: Context,
  { dataDir, admins, settings, hasSamples }: ServedStoreOptions,
): Promise<ServedStore> {
  const { openLocalDss } = await import("../../server/mod.ts");
  const { environment } = context;
  const store = await openLocalDss({
    ...environment,
    // What is done after an answer fails in the log, or nowhere.
    runtime: { ...environment.runtime, log: context.log },
    dataDir,
    admins,
    settings,
  });
  try {
    await store.decideSamples(hasSamples);
    const password = await store.loginPassword();
    const working = new AbortController();
    const tasks = store.runTasksUntil(working.signal);
    const close = async () => {
      working.abort();
      await tasks;
      store[Symbol.dispose]();
    };
    return { handler: store.handler, password, close };
  } catch (error) {
    store[Symbol.dispose]();
    throw error;
  }
}
