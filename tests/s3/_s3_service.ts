/**
 * A real S3 service (VersityGW over a directory), which refuses requests that
 * are not signed, and a client of Amazon's that speaks to it.
 *
 * @module
 */

import assert from "node:assert/strict";
import {
  CreateBucketCommand,
  GetObjectCommand,
  type GetObjectCommandOutput,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  S3Client,
} from "npm:@aws-sdk/client-s3@3.1173.0";

const PROGRAM = "versitygw";
const DEADLINE_MS = 30_000;
const POLL_MS = 20;
/** The region of buckets and signatures. */
export const REGION = "eu-west-3";

/**
 * For `Deno.test`: whether to leave these tests out. Where they are required
 * they fail if there is no service.
 */
export const ignore = Deno.env.get("HCA_REQUIRE_S3") !== "1";

/** An object, read whole. */
export interface ReadObject {
  bytes: Uint8Array;
  contentType: string | undefined;
  metadata: Record<string, string>;
}

/**
 * The service, in a process of its own, over an empty directory. It keeps what
 * it knows of objects in extended attributes: its files for them lose some.
 */
export class S3Service implements AsyncDisposable {
  /** Who may do everything. */
  readonly accessKeyId = "AKIDS3TESTS";
  /** What no output may have in it. */
  readonly secretAccessKey = "PLANTED/s3+secret=key";
  /** Amazon's client, signed in. */
  readonly client: S3Client;
  /** Its port of 127.0.0.1. */
  readonly port: number;
  readonly #directory: string;
  #process: Deno.ChildProcess | undefined;

  private constructor(directory: string, port: number) {
    this.#directory = directory;
    this.port = port;
    const { accessKeyId, secretAccessKey } = this;
    this.client = new S3Client({
      endpoint: this.endpoint,
      region: REGION,
      forcePathStyle: true,
      credentials: { accessKeyId, secretAccessKey },
    });
  }

  /** Starts it; resolves when it answers. */
  static async start(...buckets: string[]): Promise<S3Service> {
    const directory = await Deno.makeTempDir({ prefix: "hca-s3-" });
    const service = new S3Service(directory, freePort());
    try {
      await service.open();
      for (const Bucket of buckets) {
        await service.client.send(new CreateBucketCommand({ Bucket }));
      }
      return service;
    } catch (error) {
      await service[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Where it is. */
  get endpoint(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Starts the process, at first or after {@linkcode S3Service.kill}. */
  async open(): Promise<void> {
    assert.equal(this.#process, undefined);
    this.#process = spawn(PROGRAM, {
      args: [
        ...["--port", `127.0.0.1:${this.port}`, "--region", REGION],
        ...["--quiet", "--keep-alive", "posix"],
        this.#directory,
      ],
      env: {
        ROOT_ACCESS_KEY: this.accessKeyId,
        ROOT_SECRET_KEY: this.secretAccessKey,
      },
      stdin: "null",
      stdout: "null",
      stderr: "inherit",
    });
    await waitUntil(() => accepts(this.port), "the S3 service answers");
  }

  /** Ends it at once. */
  async kill(): Promise<void> {
    this.#process?.kill("SIGKILL");
    await this.#process?.status;
    this.#process = undefined;
  }

  /** The keys in a bucket, sorted. */
  async keys(Bucket: string): Promise<string[]> {
    const { Contents = [] } = await this.client.send(
      new ListObjectsV2Command({ Bucket }),
    );
    return Contents.map(({ Key = "" }) => Key).sort();
  }

  /** The keys of uploads that were neither completed nor aborted. */
  async unfinished(Bucket: string): Promise<string[]> {
    const { Uploads = [] } = await this.client.send(
      new ListMultipartUploadsCommand({ Bucket }),
    );
    return Uploads.map(({ Key = "" }) => Key).sort();
  }

  /** Reads an object to its end. */
  async read(Bucket: string, Key: string): Promise<ReadObject> {
    const answer: GetObjectCommandOutput = await this.client.send(
      new GetObjectCommand({ Bucket, Key }),
    );
    assert.ok(answer.Body, Key);
    return {
      bytes: await answer.Body.transformToByteArray(),
      contentType: answer.ContentType,
      metadata: answer.Metadata ?? {},
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.client.destroy();
    await this.kill();
    await Deno.remove(this.#directory, { recursive: true });
  }
}

/** Asks again and again until something is so. */
export async function waitUntil(
  isSo: () => Promise<boolean>,
  what: string,
): Promise<void> {
  const untilMs = Date.now() + DEADLINE_MS;
  while (!await isSo()) {
    assert.ok(Date.now() < untilMs, `in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

function spawn(
  command: string,
  options: Deno.CommandOptions,
): Deno.ChildProcess {
  try {
    return new Deno.Command(command, options).spawn();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) {
      assert.fail(
        `${command} is not installed: ` +
          `go install github.com/versity/versitygw/cmd/versitygw@v1.8.0`,
      );
    }
    throw error;
  }
}

function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return (listener.addr as Deno.NetAddr).port;
}

async function accepts(port: number): Promise<boolean> {
  try {
    (await Deno.connect({ hostname: "127.0.0.1", port })).close();
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.ConnectionRefused) return false;
    throw error;
  }
}
