import type { Json, JsonObject } from "../../src/base/mod.ts";
import { createRuntime } from "../../src/platform/mod.ts";
import type { TestEnvironment } from "../support/test_environment.ts";

/** A request as the service got it. */
export interface ServedRequest {
  method: string;
  /** Path and query. */
  target: string;
  headers: Headers;
  body: string;
}

/** A service on a port of this machine, and the real network to it. */
export class ServedApi implements AsyncDisposable {
  /** Every request but those for the API document, in order. */
  readonly requests: ServedRequest[] = [];
  /** How often the API document was asked for. */
  documentRequests = 0;
  /** Where it is, without a path. */
  readonly origin: string;
  readonly #server: Deno.HttpServer<Deno.NetAddr>;
  readonly #runtime = createRuntime();

  /**
   * Serves an API document at `/swagger.json`, and everything else by
   * `answer`.
   *
   * @param documentOf makes the document of an origin
   */
  constructor(
    documentOf: (origin: string) => JsonObject,
    answer: (request: ServedRequest) => Response,
  ) {
    this.#server = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen: () => {} },
      async (request) => {
        const { pathname, search } = new URL(request.url);
        if (pathname === "/swagger.json") {
          this.documentRequests++;
          return Response.json(documentOf(this.origin));
        }
        const served = {
          method: request.method,
          target: `${pathname}${search}`,
          headers: request.headers,
          body: await request.text(),
        };
        this.requests.push(served);
        return answer(served);
      },
    );
    this.origin = `http://127.0.0.1:${this.#server.addr.port}`;
  }

  /** The address of the API document. */
  get url(): string {
    return `${this.origin}/swagger.json`;
  }

  /** Gives a world the real network. */
  connect(hca: TestEnvironment): void {
    hca.runtime.fetch = this.#runtime.fetch;
  }

  /** Method and target of each request. */
  lines(): string[] {
    return this.requests.map(({ method, target }) => `${method} ${target}`);
  }

  /** Ends the service. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#runtime[Symbol.dispose]();
    await this.#server.shutdown();
  }
}

/** Writes the user's configuration file, which only the owner may read. */
export async function configure(
  hca: TestEnvironment,
  config: Json,
): Promise<void> {
  const path = "../home/config/hca/config.json";
  const written = await hca.write(path, JSON.stringify(config));
  if (Deno.build.os !== "windows") await Deno.chmod(written, 0o600);
}
