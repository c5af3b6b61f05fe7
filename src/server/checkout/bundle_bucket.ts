import {
  IntegrityError,
  NetworkError,
  quote,
  RefusedError,
  throwIfAborted,
  toHex,
} from "../../base/mod.ts";
import type { DssContext } from "../context.ts";
import type { BundleFileRecord } from "../records.ts";
import { MultipartUpload } from "./multipart_upload.ts";
import { type BucketAnswer, S3Bucket } from "./s3_bucket.ts";

const PART_BYTES = 16 * 1024 * 1024;
// What S3 takes at most for one object.
const MAX_PARTS = 10_000;
const SHA256_KEY = "x-amz-meta-hca-dss-sha256";

/**
 * The objects of a bundle below one prefix of a bucket. They carry their
 * SHA-256, so that what is there already is not sent again.
 */
export class BundleBucket {
  readonly #context: DssContext;
  readonly #bucket: S3Bucket;
  readonly #prefix: string;

  /** Sends nothing yet. */
  constructor(context: DssContext, bucketName: string, prefix: string) {
    this.#context = context;
    this.#bucket = new S3Bucket(context, bucketName);
    this.#prefix = prefix;
  }

  /**
   * Whether there is such a bucket.
   *
   * @throws {RefusedError} when it may not be looked at
   * @throws {NetworkError} when the service does not answer
   */
  async exists(signal: AbortSignal): Promise<boolean> {
    const answer = await this.#bucket.send({ method: "HEAD", key: "" }, signal);
    if (answer.status === 404) return false;
    this.#expectSuccess(answer);
    return true;
  }

  /**
   * Sends the files of a bundle. When all is done, or can never be, no upload
   * of theirs stays unfinished, not even one of a process that was killed.
   *
   * @throws {IntegrityError} when the store's content is not what it should be
   * @throws {RefusedError} when the service refuses an object
   * @throws {NetworkError} when the service does not answer
   */
  async fill(
    members: readonly BundleFileRecord[],
    signal: AbortSignal,
  ): Promise<void> {
    let error: unknown;
    try {
      for (const member of members) {
        throwIfAborted(signal);
        const key = `${this.#prefix}/${member.name}`;
        if (!await this.#isWhole(key, member, signal)) {
          await this.#put(key, member, signal);
        }
      }
    } catch (cause) {
      error = cause;
      throw cause;
    } finally {
      const goesOn = signal.aborted || error instanceof NetworkError;
      if (!goesOn) await this.#abortUnfinished(members, signal);
    }
  }

  /** Another checkout of the bundle finds the objects; it sends no more. */
  async #abortUnfinished(
    members: readonly BundleFileRecord[],
    signal: AbortSignal,
  ): Promise<void> {
    const keys = new Set(
      members.filter((member) => isLarge(member))
        .map(({ name }) => `${this.#prefix}/${name}`),
    );
    if (keys.size === 0) return;
    const found = await MultipartUpload
      .unfinished(this.#bucket, `${this.#prefix}/`, signal)
      // Who may write may not be allowed to list.
      .catch(() => []);
    for (const { key, upload } of found) {
      if (keys.has(key)) await upload.abort().catch(() => {});
    }
  }

  async #isWhole(
    key: string,
    { sizeBytes, sha256 }: BundleFileRecord,
    signal: AbortSignal,
  ): Promise<boolean> {
    const answer = await this.#bucket.send({ method: "HEAD", key }, signal);
    return answer.status === 200 &&
      Number(answer.headers.get("content-length")) === sizeBytes &&
      answer.headers.get(SHA256_KEY) === sha256;
  }

  async #put(
    key: string,
    member: BundleFileRecord,
    signal: AbortSignal,
  ): Promise<void> {
    const { sizeBytes, sha256, contentType } = member;
    const headers = { "content-type": contentType, [SHA256_KEY]: sha256 };
    if (!isLarge(member)) {
      for await (const body of this.#parts(member, PART_BYTES)) {
        const request = { method: "PUT", key, headers, body } as const;
        this.#expectSuccess(await this.#bucket.send(request, signal));
      }
      return;
    }
    const partBytes = Math.max(PART_BYTES, Math.ceil(sizeBytes / MAX_PARTS));
    const upload = await MultipartUpload.start(
      this.#bucket,
      { key, headers },
      signal,
    );
    try {
      for await (const body of this.#parts(member, partBytes)) {
        await upload.send(body, signal);
      }
      await upload.complete(signal);
    } catch (error) {
      await upload.abort().catch(() => {});
      // Another checkout may have been faster.
      const isWhole = !signal.aborted &&
        await this.#isWhole(key, member, signal).catch(() => false);
      if (!isWhole) throw error;
    }
  }

  /** The parts of a content; the last one comes only if all are right. */
  async *#parts(
    { name, sha256, sizeBytes }: BundleFileRecord,
    partBytes: number,
  ): AsyncGenerator<Uint8Array<ArrayBuffer>> {
    const { blobs, files, createHash } = this.#context;
    const isThere = await blobs.state(sha256, sizeBytes) === "present";
    const hash = createHash("sha256");
    for (let start = 0; isThere && start <= sizeBytes; start += partBytes) {
      const end = Math.min(start + partBytes, sizeBytes);
      const part = new Uint8Array(end - start);
      let filled = 0;
      const range = { start, end };
      for await (const chunk of files.readChunks(blobs.pathOf(sha256), range)) {
        part.set(chunk, filled);
        filled += chunk.length;
      }
      hash.update(part);
      if (end < sizeBytes) yield part;
      else if (toHex(hash.digest()) === sha256) return yield part;
      else break;
    }
    throw new IntegrityError(
      `The content of ${quote(name)} is missing or damaged in the store`,
    );
  }

  #expectSuccess(answer: BucketAnswer): void {
    if (answer.status >= 200 && answer.status < 300) return;
    throw new RefusedError(
      `Bucket ${this.#bucket.name} answers with ${
        this.#bucket.refusal(answer)
      }`,
    );
  }
}

function isLarge({ sizeBytes }: BundleFileRecord): boolean {
  return sizeBytes > PART_BYTES;
}
