/**
 * An embedded DSS behind a port of this machine, with its OpenID provider.
 *
 * @module
 */

import { createRuntime, openSqlite, serve } from "../../src/platform/mod.ts";
import { LocalDss } from "../../src/server/local_dss.ts";

/** A served store; removed when disposed. */
export class ServedStore implements AsyncDisposable {
  /** Where it is, without a path. */
  readonly origin: string;
  /** The store. */
  readonly dss: LocalDss;
  readonly #directory: string;
  readonly #ending: AbortController;
  readonly #serving: Promise<void>;

  private constructor(made: {
    origin: string;
    dss: LocalDss;
    directory: string;
    ending: AbortController;
    serving: Promise<void>;
  }) {
    this.origin = made.origin;
    this.dss = made.dss;
    this.#directory = made.directory;
    this.#ending = made.ending;
    this.#serving = made.serving;
  }

  /** Serves a new store with samples. */
  static async open(): Promise<ServedStore> {
    const directory = await Deno.makeTempDir({ prefix: "hca-served-" });
    const dss = await LocalDss.open({
      dataDir: directory,
      runtime: createRuntime(),
      openDatabase: openSqlite,
      version: "0.0.0",
    });
    await dss.decideSamples(true, 50);
    const ending = new AbortController();
    const listening = Promise.withResolvers<number>();
    const serving = serve((request) => dss.handler(request), {
      host: "127.0.0.1",
      port: 0,
      signal: ending.signal,
      onListen: ({ port }) => listening.resolve(port),
    });
    const origin = `http://127.0.0.1:${await listening.promise}`;
    return new ServedStore({ origin, dss, directory, ending, serving });
  }

  /** The address of its API document. */
  get swaggerUrl(): string {
    return `${this.origin}/v1/swagger.json`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ending.abort();
    await this.#serving;
    this.dss[Symbol.dispose]();
    await Deno.remove(this.#directory, { recursive: true });
  }
}
