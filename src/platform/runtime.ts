import { type Runtime, silentLog } from "../base/mod.ts";
import { denoClock } from "./deno_clock.ts";
import { createDenoFetch } from "./deno_fetch.ts";
import { denoFiles } from "./deno_files.ts";
import { linuxProcesses } from "./linux_processes.ts";
import { createNodeHash } from "./std_crypto.ts";

/** A {@linkcode Runtime} whose connections can be closed. */
export type DenoRuntime = Runtime & Disposable;

/** The real machine; disposing it closes its idle connections. */
export function createRuntime(overrides: Partial<Runtime> = {}): DenoRuntime {
  const fetch = createDenoFetch();
  return {
    fetch,
    clock: denoClock,
    random: Math.random,
    files: denoFiles,
    createHash: createNodeHash,
    log: silentLog,
    processes: linuxProcesses,
    ...overrides,
    [Symbol.dispose]: () => fetch[Symbol.dispose](),
  };
}
