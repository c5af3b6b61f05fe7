/**
 * `hca local serve` over an S3 service, and other hcas that use it.
 *
 * @module
 */

import assert from "node:assert/strict";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { type RunResult, Sandbox } from "../e2e/_program.ts";
import { REGION, type S3Service, waitUntil } from "./_s3_service.ts";

const SERVES = /HCA_SWAGGER_URL=(\S+)\/v1\/swagger\.json\n/;
const ADMIN = "admin@example.org";

/** How a store is served. */
export interface ServedOptions {
  /** Further options of `hca local serve`. */
  args?: string[];
  /** Where the S3 service is; default: where it is. */
  endpoint?: string;
  /** Default: the right one. */
  secretAccessKey?: string;
  /** Default: the right one. */
  region?: string;
}

/** An answer of the service. */
export interface Answer {
  status: number;
  body: Record<string, unknown>;
}

/** A new store without samples, served by the program under test. */
export class ServedStore implements AsyncDisposable {
  readonly #sandbox: Sandbox;
  readonly #s3: S3Service;
  readonly #options: ServedOptions;
  #server: Deno.ChildProcess | undefined;
  #reading: Promise<void>[] = [];
  #origin = "";
  #token = "";
  /** All that the service, and every hca that used it, has written. */
  said = "";

  private constructor(
    sandbox: Sandbox,
    s3: S3Service,
    options: ServedOptions,
  ) {
    this.#sandbox = sandbox;
    this.#s3 = s3;
    this.#options = options;
  }

  /** Serves it; resolves when it answers. */
  static async start(
    s3: S3Service,
    options: ServedOptions = {},
  ): Promise<ServedStore> {
    const sandbox = await Sandbox.create();
    const served = new ServedStore(sandbox, s3, options);
    try {
      await served.serve();
      served.#token = await served.#newToken();
      return served;
    } catch (error) {
      await served[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** The directory of the store. */
  get dataDir(): string {
    return join(this.#sandbox.directory, "store");
  }

  /** Starts the service, at first or after it has ended. */
  async serve(): Promise<void> {
    const { args = [], endpoint = this.#s3.endpoint } = this.#options;
    const { secretAccessKey = this.#s3.secretAccessKey } = this.#options;
    const from = this.said.length;
    const server = this.#sandbox.spawn([
      ...["local", "serve", "--port", "0", "--no-samples", "--admin", ADMIN],
      ...["--data-dir", this.dataDir, "--s3-endpoint", endpoint, ...args],
    ], {
      environment: {
        AWS_ACCESS_KEY_ID: this.#s3.accessKeyId,
        AWS_SECRET_ACCESS_KEY: secretAccessKey,
        AWS_SESSION_TOKEN: "",
        AWS_REGION: this.#options.region ?? REGION,
      },
    });
    this.#server = server;
    this.#reading = [server.stdout, server.stderr].map((stream) =>
      this.#read(stream)
    );
    let ended = false;
    server.status.then(() => ended = true);
    await waitUntil(() => {
      assert.ok(!ended, this.said);
      this.#origin = SERVES.exec(this.said.slice(from))?.[1] ?? "";
      return Promise.resolve(this.#origin !== "");
    }, "hca serves");
  }

  /** Ends the service and waits for its end; gives its exit code. */
  async end(signal: "SIGKILL" | "SIGTERM"): Promise<number> {
    const server = this.#server;
    if (server === undefined) return 0;
    this.#server = undefined;
    server.kill(signal);
    await Promise.all(this.#reading);
    return (await server.status).code;
  }

  /** Runs another hca, which uses the service, to its end. */
  async hca(...args: string[]): Promise<RunResult> {
    const result = await this.#sandbox.run(args, {
      environment: {
        HCA_SWAGGER_URL: `${this.#origin}/v1/swagger.json`,
        HCA_ACCESS_TOKEN: this.#token,
      },
    });
    this.said += result.out + result.err;
    return result;
  }

  /** Asks the service. */
  async send(method: string, path: string, json?: unknown): Promise<Answer> {
    const answer = await fetch(`${this.#origin}/v1${path}`, {
      method,
      headers: {
        authorization: `Bearer ${this.#token}`,
        "content-type": "application/json",
      },
      body: json === undefined ? undefined : JSON.stringify(json),
    });
    const text = await answer.text();
    this.said += text;
    return {
      status: answer.status,
      body: text === "" ? {} : JSON.parse(text),
    };
  }

  /** The bytes of a file that is in the store, with what is said of it. */
  async file(uuid: string): Promise<{ bytes: Uint8Array; headers: Headers }> {
    const url = `${this.#origin}/v1/files/${uuid}?replica=aws`;
    const head = await fetch(url, { method: "HEAD" });
    assert.equal(head.status, 200, uuid);
    const content = await fetch(url);
    assert.equal(content.status, 200, uuid);
    return { bytes: await content.bytes(), headers: head.headers };
  }

  /** Starts a checkout of a bundle; gives its id. */
  async startCheckout(fqid: string, destination: string): Promise<string> {
    const [uuid] = fqid.split(".");
    const path = `/bundles/${uuid}/checkout?replica=aws`;
    const { status, body } = await this.send("POST", path, { destination });
    assert.equal(status, 200, JSON.stringify(body));
    return String(body.checkout_job_id);
  }

  /** Waits for the end of a checkout. */
  async endOfCheckout(id: string): Promise<Answer["body"]> {
    const path = `/bundles/checkout/${id}?replica=aws`;
    let state: Answer["body"] = {};
    await waitUntil(async () => {
      state = (await this.send("GET", path)).body;
      return state.status !== "RUNNING";
    }, "the checkout ends");
    return state;
  }

  /** Does a checkout of a bundle to its end. */
  async checkOut(fqid: string, destination: string): Promise<Answer["body"]> {
    return await this.endOfCheckout(
      await this.startCheckout(fqid, destination),
    );
  }

  /** Waits until something was written. */
  async untilSaid(pattern: RegExp): Promise<void> {
    await waitUntil(
      () => Promise.resolve(pattern.test(this.said)),
      String(pattern),
    );
  }

  /** Changes a byte of the store's only content. */
  async damageContent(at: number): Promise<void> {
    const [name = ""] = await this.contents();
    const path = join(this.dataDir, "blobs", name);
    using file = await Deno.open(path, { read: true, write: true });
    const byte = new Uint8Array(1);
    await file.seek(at, Deno.SeekMode.Start);
    assert.equal(await file.read(byte), 1);
    await file.seek(at, Deno.SeekMode.Start);
    await file.write(byte.map((value) => value ^ 1));
  }

  /** The names of the contents in the store, unfinished ones included. */
  async contents(): Promise<string[]> {
    return await this.#sandbox.files(join(this.dataDir, "blobs"));
  }

  /** The service must wait a minute for something; that minute is over. */
  aMinutePasses(): void {
    const database = new DatabaseSync(join(this.dataDir, "dss.sqlite"));
    database.exec("PRAGMA busy_timeout = 10000");
    database.exec("UPDATE tasks SET run_at_ms = 0, leased_until_ms = 0");
    database.close();
  }

  /** Fails if a secret was written anywhere. */
  assertNoSecretSaid(): void {
    const { secretAccessKey = this.#s3.secretAccessKey } = this.#options;
    for (const secret of [secretAccessKey, encodeURI(secretAccessKey)]) {
      assert.ok(!this.said.includes(secret), this.said);
    }
    assert.doesNotMatch(this.said, /AWS4-HMAC|Signature=|X-Amz-Signature/i);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.end("SIGKILL");
    await this.#sandbox[Symbol.asyncDispose]();
  }

  async #read(stream: ReadableStream<Uint8Array>): Promise<void> {
    for await (const text of stream.pipeThrough(new TextDecoderStream())) {
      this.said += text;
    }
  }

  async #newToken(): Promise<string> {
    const { status, out, err } = await this.#sandbox.run([
      ...["local", "token", "--email", ADMIN, "--data-dir", this.dataDir],
    ]);
    assert.equal(status, 0, err);
    return out.trim();
  }
}
