import { type Fetch, type Json, printable, type Runtime } from "../base/mod.ts";
import { ApiDocument } from "../swagger/mod.ts";
import { apiDocument } from "./document/mod.ts";
import { EMBEDDED_HOST, EMBEDDED_ORIGIN } from "./embedded_address.ts";
import type { LocalDss } from "./local_dss.ts";
import type { LocalDssOptions } from "./local_dss_options.ts";
import { openLocalDss } from "./open_local_dss.ts";

/** What an {@linkcode EmbeddedDss} is made of. */
export interface EmbeddedDssOptions extends LocalDssOptions {
  /** The machine, with a log for the one line that says what is used. */
  runtime: LocalDssOptions["runtime"] & Pick<Runtime, "log">;
  /** Whether it is known anyway that this service is used. Default false. */
  isKnown?: boolean;
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
    const root = apiDocument({ host: EMBEDDED_HOST, scheme: "http", version });
    this.document = new ApiDocument(
      root as unknown as Json,
      `${EMBEDDED_ORIGIN}/v1/swagger.json`,
    );
  }

  /**
   * A fetch that answers for this service and leaves the rest to `network`. It
   * rejects with a `LocalError` when the database is damaged.
   */
  fetch(network: Fetch): Fetch {
    return async (request) => {
      if (new URL(request.url).origin !== EMBEDDED_ORIGIN) {
        return await network(request);
      }
      request.signal.throwIfAborted();
      this.#opening ??= this.#open();
      const store = await this.#opening;
      const response = await store.handler(request);
      // Nobody goes on after this process, so what was put off is done now.
      await store.runDueTasks(request.signal);
      return response;
    };
  }

  async #open(): Promise<LocalDss> {
    const { dataDir, runtime } = this.#options;
    const store = await openLocalDss({
      ...this.#options,
      throwsDamage: true,
    });
    this.#store = store;
    const isNew = await store.decideSamples(true);
    runtime.log(
      isNew || !this.#options.isKnown ? "INFO" : "DEBUG",
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
