/**
 * The `s3_etag` of the DSS: the ETag that S3 gives to an object uploaded in
 * parts whose size follows from the size of the object (dcplib,
 * `s3_multipart.py` and `checksumming_io/s3_etag.py`).
 *
 * @module
 */
import {
  concatBytes,
  type CreateHash,
  type Hash,
  IntegrityError,
  toHex,
  UsageError,
} from "../base/mod.ts";

const MIB = 1024 * 1024;
const LEAST_PART_BYTES = 64 * MIB;
const MOST_PARTS = 10_000;

/**
 * The size of each part but the last, in bytes: 64 MiB up to 10,000 such
 * parts, above that the least whole number of MiB that needs no more parts.
 *
 * @param sizeBytes size of the whole content in bytes
 * @throws {UsageError} when `sizeBytes` is not a whole number from 0 on.
 */
export function partSizeBytes(sizeBytes: number): number {
  if (!Number.isSafeInteger(sizeBytes) || sizeBytes < 0) {
    throw new UsageError(`${sizeBytes} is not a size in bytes`);
  }
  if (sizeBytes <= MOST_PARTS * LEAST_PART_BYTES) return LEAST_PART_BYTES;
  return Math.ceil(Math.ceil(sizeBytes / MOST_PARTS) / MIB) * MIB;
}

/** What a digest over content of a known size is made with. */
export interface SizedDigestOptions {
  /** Starts an MD5, SHA-1 or SHA-256. */
  createHash: CreateHash;
  /** Size of the whole content in bytes. */
  sizeBytes: number;
}

/**
 * An `s3_etag` being computed. The size must be known beforehand, because it
 * decides where the parts end.
 */
export class S3Etag {
  readonly #createHash: CreateHash;
  readonly #sizeBytes: number;
  readonly #partBytes: number;
  readonly #partDigests: Uint8Array[] = [];
  #part: Hash;
  #roomBytes: number;
  #takenBytes = 0;

  /**
   * Starts an etag.
   *
   * @throws {UsageError} when `sizeBytes` is not a whole number from 0 on.
   */
  constructor({ createHash, sizeBytes }: SizedDigestOptions) {
    this.#createHash = createHash;
    this.#sizeBytes = sizeBytes;
    this.#partBytes = partSizeBytes(sizeBytes);
    this.#part = createHash("md5");
    this.#roomBytes = this.#partBytes;
  }

  /** Takes in more bytes; may be called any number of times. */
  update(bytes: Uint8Array): void {
    this.#takenBytes += bytes.length;
    let rest = bytes;
    while (rest.length > 0) {
      // A full part ends when another byte comes: there is no empty last one.
      if (this.#roomBytes === 0) this.#startPart();
      const piece = rest.subarray(0, this.#roomBytes);
      this.#part.update(piece);
      this.#roomBytes -= piece.length;
      rest = rest.subarray(piece.length);
    }
  }

  /**
   * Ends the computation; must be called at most once. One part: the MD5 in
   * lower-case hexadecimal. Several: the MD5 of their binary MD5s, `-`, and
   * their number.
   *
   * @throws {IntegrityError} when not exactly `sizeBytes` bytes were taken
   * in: the parts are then cut in the wrong places.
   */
  digest(): string {
    if (this.#takenBytes !== this.#sizeBytes) {
      throw new IntegrityError(
        `the content has ${this.#takenBytes} bytes instead of ${this.#sizeBytes}`,
      );
    }
    const last = this.#part.digest();
    if (this.#partDigests.length === 0) return toHex(last);
    const digests = [...this.#partDigests, last];
    const whole = this.#createHash("md5");
    whole.update(concatBytes(digests));
    return `${toHex(whole.digest())}-${digests.length}`;
  }

  #startPart(): void {
    this.#partDigests.push(this.#part.digest());
    this.#part = this.#createHash("md5");
    this.#roomBytes = this.#partBytes;
  }
}
