import type {
  ArgumentToken,
  Database,
  Fetch,
  Json,
  Runtime,
  Terminal,
} from "../base/mod.ts";
import type { UserEnvironment } from "../config/mod.ts";
import type { OpenTransferStore } from "../store/mod.ts";

/** Everything that commands need from outside; tests pass their own. */
export interface Environment extends UserEnvironment {
  /** The version of hca. */
  version: string;
  /** Runtime and machine in words. */
  hostDescription: string;
  /** Clock, network, files. Its log is replaced by the one of the run. */
  runtime: Runtime;
  /** Where data and messages go. */
  terminal: Terminal;
  /** Aborted when the user or the system wants an end. */
  signal: AbortSignal;
  /** Splits an argument line. */
  tokenize: (
    argv: readonly string[],
    options: Record<string, { takesValue: boolean; short?: string }>,
  ) => ArgumentToken[];
  /** Evaluates a JMESPath expression; loads the library at the first call. */
  query: (expression: string, value: Json) => Promise<Json>;
  /** Opens the network anew, otherwise than `runtime.fetch` speaks to it. */
  openFetch: (options: { http2: boolean }) => Fetch & Disposable;
  /**
   * Opens the store below a download directory. Default: worked on by this
   * thread.
   */
  openTransferStore?: OpenTransferStore;
  /** Opens an SQL database in a file. */
  openDatabase: (path: string) => Database;
  /**
   * Shows an address in the browser of this machine.
   *
   * @returns false when there is none: no desktop, or it could not be started
   */
  openBrowser: (url: string) => Promise<boolean>;
  /** Serves a handler on a port until the signal ends it. */
  serve: (
    handler: (request: Request) => Promise<Response>,
    options: {
      host: string;
      port: number;
      signal: AbortSignal;
      onListen: (address: { host: string; port: number }) => void;
    },
  ) => Promise<void>;
}
