import { createRuntime, serve } from "../../src/platform/mod.ts";
import type { LocalDss } from "../../src/server/local_dss.ts";
import { TestEnvironment } from "../support/test_environment.ts";

/** The fields that the sign-in page carries unseen. */
function hiddenFields(page: string): [string, string][] {
  const pattern = /<input type="hidden" name="([^"]*)" value="([^"]*)">/g;
  return [...page.matchAll(pattern)].map(([, name = "", value = ""]) =>
    [name, plain(value)] as [string, string]
  );
}

function plain(html: string): string {
  return html.replaceAll("&quot;", '"').replaceAll("&#39;", "'")
    .replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}

/** What a person does on the sign-in page. */
export interface Decision {
  password: string;
  decision?: "sign_in" | "deny";
  email?: string;
}

/**
 * A person at the sign-in page of a provider of ours: looks at it, fills it in
 * and sends it.
 *
 * @returns where the provider sends the browser then
 */
export async function signIn(url: string, decided: Decision): Promise<string> {
  const page = await (await fetch(url)).text();
  const action = /<form method="post" action="([^"]+)"/.exec(page)?.[1] ?? "";
  const response = await fetch(new URL(action, url), {
    method: "POST",
    redirect: "manual",
    headers: { origin: new URL(url).origin },
    body: new URLSearchParams([
      ...hiddenFields(page),
      ...Object.entries({
        email: "ada@example.org",
        group: "hca",
        decision: "sign_in",
        ...decided,
      }),
    ]),
  });
  await response.body?.cancel();
  return response.headers.get("location") ?? "";
}

/** The first web address in a text. */
export function addressIn(text: string): string {
  return /https?:\/\/[^\s']*response_type=code[^\s']*/.exec(text)?.[0] ?? "";
}

/** A store that is served on a port, and a program that is set up for it. */
export class ServedStore implements AsyncDisposable {
  /** The program. */
  readonly hca: TestEnvironment;
  /** The password of the sign-in page. */
  readonly password: string;
  /** Where the service is. */
  readonly origin: string;
  readonly #store: LocalDss;
  readonly #serving: Promise<void>;
  readonly #ending: AbortController;
  readonly #network = createRuntime();

  private constructor(made: {
    hca: TestEnvironment;
    store: LocalDss;
    password: string;
    origin: string;
    serving: Promise<void>;
    ending: AbortController;
  }) {
    this.hca = made.hca;
    this.password = made.password;
    this.origin = made.origin;
    this.#store = made.store;
    this.#serving = made.serving;
    this.#ending = made.ending;
    const { hca } = made;
    hca.runtime.fetch = this.#network.fetch;
    hca.serve = serve;
    hca.variables.set("HCA_SWAGGER_URL", `${made.origin}/v1/swagger.json`);
  }

  /** Serves a new store. */
  static async open(): Promise<ServedStore> {
    const hca = await TestEnvironment.create();
    const store = await hca.openStore();
    const ending = new AbortController();
    const listening = Promise.withResolvers<number>();
    const serving = serve(store.handler, {
      host: "127.0.0.1",
      port: 0,
      signal: ending.signal,
      onListen: ({ port }) => listening.resolve(port),
    });
    const origin = `http://127.0.0.1:${await listening.promise}`;
    const password = await store.loginPassword();
    const made = { hca, store, password, origin, serving, ending };
    return new ServedStore(made);
  }

  /** What is stored of a login. */
  async stored(): Promise<Record<string, Record<string, unknown>>> {
    const path = `${this.hca.root}/home/config/hca/config.json`;
    try {
      return JSON.parse(await Deno.readTextFile(path));
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return {};
      throw error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#network[Symbol.dispose]();
    this.#ending.abort();
    await this.#serving;
    this.#store[Symbol.dispose]();
    await this.hca[Symbol.asyncDispose]();
  }
}
