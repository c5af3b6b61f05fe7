import type { LoadServer } from "./load_server.ts";

/** What happened to the requests of one kind. */
export interface Tally {
  /** How long each took, to the end of its answer, milliseconds. */
  timesMs: number[];
  /** Answers that were not right. */
  errors: number;
}

/** A request and what is right for an answer to it. */
export interface Question {
  /** The name under which it is counted. */
  name: string;
  /** The method. */
  method?: string;
  /** Below the service's origin, or an address of it. */
  path: string;
  /** JSON. */
  body?: unknown;
  /** The statuses that are right. */
  statuses: readonly number[];
}

/** An answer, read. */
export interface Answered {
  headers: Headers;
  bytes: Uint8Array<ArrayBuffer>;
  /** The JSON in it. */
  json: () => Record<string, unknown>;
}

/** Sends requests, checks answers, and counts. */
export class LoadClient {
  /** By name of the question. */
  readonly tallies = new Map<string, Tally>();
  /** The first things that went wrong. */
  readonly complaints: string[] = [];
  readonly #http: Deno.HttpClient;

  constructor(readonly server: LoadServer, clients: number) {
    this.#http = Deno.createHttpClient({ poolMaxIdlePerHost: clients });
  }

  /**
   * Asks once; a wrong answer is counted.
   *
   * @param check says what is wrong with the answer's content
   * @returns the answer; undefined when it was wrong
   */
  async ask(
    question: Question,
    check: (answer: Answered) =>
      | string
      | undefined
      | Promise<
        string | undefined
      > = () => undefined,
  ): Promise<Answered | undefined> {
    const { name, method = "GET", path, body, statuses } = question;
    const tally = this.tallies.get(name) ?? { timesMs: [], errors: 0 };
    this.tallies.set(name, tally);
    const startMs = performance.now();
    try {
      const response = await fetch(new URL(path, this.server.origin), {
        method,
        redirect: "manual",
        client: this.#http,
        headers: {
          authorization: `Bearer ${this.server.token}`,
          ...(body !== undefined && { "content-type": "application/json" }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      const bytes = await response.bytes();
      tally.timesMs.push(performance.now() - startMs);
      const text = () => new TextDecoder().decode(bytes);
      if (!statuses.includes(response.status)) {
        throw new Error(`${response.status} ${text().slice(0, 200)}`);
      }
      const answer = {
        headers: response.headers,
        bytes,
        json: () => JSON.parse(text()),
      };
      const wrong = await check(answer);
      if (wrong !== undefined) throw new Error(wrong);
      return answer;
    } catch (error) {
      tally.errors++;
      if (this.complaints.length < 20) {
        const why = error instanceof Error ? error.message : String(error);
        this.complaints.push(`${name} ${method} ${path}: ${why}`);
      }
      return undefined;
    }
  }

  /** Lets go of the connections. */
  close(): void {
    this.#http.close();
  }
}
