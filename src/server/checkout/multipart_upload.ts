import { NetworkError, RefusedError } from "../../base/mod.ts";
import { s3Elements, s3Text } from "../files/s3_xml.ts";
import type { BucketAnswer, BucketRequest, S3Bucket } from "./s3_bucket.ts";

// S3 answers at once and goes on with blanks until the parts are one.
const COMPLETE_LIMIT_MS = 15 * 60_000;
// Whoever waits for the end of the service waits for this, too.
const ABORT_LIMIT_MS = 5_000;

/** An object that is sent to S3 in parts, one after the other. */
export class MultipartUpload {
  readonly #bucket: S3Bucket;
  readonly #key: string;
  readonly #uploadId: string;
  readonly #etags: string[] = [];

  private constructor(bucket: S3Bucket, key: string, uploadId: string) {
    this.#bucket = bucket;
    this.#key = key;
    this.#uploadId = uploadId;
  }

  /**
   * Begins an object.
   *
   * @throws {RefusedError} when the service refuses
   */
  static async start(
    bucket: S3Bucket,
    { key, headers }: Pick<BucketRequest, "key" | "headers">,
    signal: AbortSignal,
  ): Promise<MultipartUpload> {
    const request = { key, headers, method: "POST", query: { uploads: "" } };
    const answer = await bucket.send(request as BucketRequest, signal);
    const id = s3Text("UploadId", answer.text);
    if (answer.status !== 200 || !id) throw refused(bucket, answer);
    return new MultipartUpload(bucket, key, id);
  }

  /**
   * What somebody has begun below a prefix and neither completed nor let go
   * of, as a process that was killed; a thousand at most.
   *
   * @throws {RefusedError} when the service refuses to tell
   */
  static async unfinished(
    bucket: S3Bucket,
    prefix: string,
    signal: AbortSignal,
  ): Promise<{ key: string; upload: MultipartUpload }[]> {
    const query = { uploads: "", prefix };
    const request = { method: "GET", key: "", query } as const;
    const answer = await bucket.send(request, signal);
    if (answer.status !== 200) throw refused(bucket, answer);
    return s3Elements("Upload", answer.text).map((xml) => {
      const key = s3Text("Key", xml) ?? "";
      const id = s3Text("UploadId", xml) ?? "";
      return { key, upload: new MultipartUpload(bucket, key, id) };
    });
  }

  /**
   * Sends the next part; all but the last one have the same length.
   *
   * @throws {RefusedError} when the service refuses
   * @throws {NetworkError} when somebody has let go of the upload
   */
  async send(
    body: Uint8Array<ArrayBuffer>,
    signal: AbortSignal,
  ): Promise<void> {
    const answer = await this.#bucket.send({
      method: "PUT",
      key: this.#key,
      query: {
        partNumber: String(this.#etags.length + 1),
        uploadId: this.#uploadId,
      },
      body,
    }, signal);
    const etag = answer.headers.get("etag");
    if (answer.status !== 200 || etag === null) {
      throw refused(this.#bucket, answer);
    }
    this.#etags.push(etag);
  }

  /**
   * Makes the parts one object.
   *
   * @throws {RefusedError} when the service refuses, which it may do in a 200
   * @throws {NetworkError} when somebody has let go of the upload
   */
  async complete(signal: AbortSignal): Promise<void> {
    const parts = this.#etags.map((etag, index) =>
      `<Part><PartNumber>${index + 1}</PartNumber>` +
      `<ETag>${etag.replaceAll('"', "&quot;")}</ETag></Part>`
    ).join("");
    const xml = `<CompleteMultipartUpload>${parts}</CompleteMultipartUpload>`;
    const answer = await this.#bucket.send({
      method: "POST",
      key: this.#key,
      query: { uploadId: this.#uploadId },
      body: new TextEncoder().encode(xml),
      limitMs: COMPLETE_LIMIT_MS,
    }, signal);
    if (answer.status !== 200 || answer.text.includes("<Error>")) {
      throw refused(this.#bucket, answer);
    }
  }

  /** Lets go of what was sent. */
  async abort(): Promise<void> {
    await this.#bucket.send({
      method: "DELETE",
      key: this.#key,
      query: { uploadId: this.#uploadId },
      limitMs: ABORT_LIMIT_MS,
    }, new AbortController().signal);
  }
}

function refused(bucket: S3Bucket, answer: BucketAnswer): Error {
  const why = `Bucket ${bucket.name} refuses an object with ${
    bucket.refusal(answer)
  }`;
  return answer.status === 404 ? new NetworkError(why) : new RefusedError(why);
}
