import { type Fetch, type Json, printable, type Runtime } from "../base/mod.ts";
import { ApiDocument } from "../swagger/mod.ts";
import { apiDocument } from "./document/mod.ts";
import type { LocalDss, LocalDssOptions } from "./local_dss.ts";
import { openLocalDss } from "./open_local_dss.ts";

// Names below `localhost` never leave the machine (RFC 6761, section 6.3),
// and nothing is ever sent there.
const HOST = "dss.hca.localhost";
const ORIGIN = `http://${HOST}`;

/** What an {@linkcode EmbeddedDss} is made of. */
export interface EmbeddedDssOptions extends LocalDssOptions {
  /** The machine, with a log for the one line that says what is used. */
  runtime: LocalDssOptions["runtime"] & Pick<Runtime, "log">;
}

/**
 * A local DSS inside this process, without a port. The store is opened, and
 * if need be made with sample bundles, at the first request: help and
 * completion leave no trace.
 */
export class EmbeddedDss implements Disposable {
  /** The API document of the service. */
  readonly document: ApiDocument;
  readonly #options: EmbeddedDssOptions;
  #opening: Promise<LocalDss> | undefined;
  #store: LocalDss | undefined;

  /** Opens nothing yet. */
  constructor(options: EmbeddedDssOptions) {
    this.#options = options;
    const { version } = options;
    const root = apiDocument({ host: HOST, scheme: "http", version });
    this.document = new ApiDocument(
      root as unknown as Json,
      `${ORIGIN}/v1/swagger.json`,
    );
  }

  /** A fetch that answers for this service and leaves the rest to `network`. */
  fetch(network: Fetch): Fetch {
    return async (request) => {
      if (new URL(request.url).origin !== ORIGIN) return await network(request);
      request.signal.throwIfAborted();
      this.#opening ??= this.#open();
      const store = await this.#opening;
      return await store.handler(request);
    };
  }

  async #open(): Promise<LocalDss> {
    const { dataDir, runtime } = this.#options;
    const store = await openLocalDss(this.#options);
    this.#store = store;
    const isNew = await store.decideSamples(true);
    runtime.log(
      "INFO",
      isNew
        ? "no service is configured; made an embedded one with " +
          `${store.counts().bundles} sample bundles in ${printable(dataDir)}`
        : "no service is configured; using the embedded one in " +
          printable(dataDir),
    );
    return store;
  }

  /** Closes the store, if it was opened. */
  [Symbol.dispose](): void {
    this.#store?.[Symbol.dispose]();
    this.#store = undefined;
  }
}
