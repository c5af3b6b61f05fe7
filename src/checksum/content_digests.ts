import { type Hash, toHex } from "../base/mod.ts";
import { Crc32c } from "./crc32c.ts";
import { S3Etag, type SizedDigestOptions } from "./s3_etag.ts";

/** The digests by which the DSS knows a file, in lower-case hexadecimal. */
export interface ContentDigests {
  /** Size of the content in bytes. */
  sizeBytes: number;
  /** SHA-256, 64 digits. */
  sha256: string;
  /** SHA-1, 40 digits. */
  sha1: string;
  /** CRC-32C, 8 digits, most significant first. */
  crc32c: string;
  /** MD5 as S3 computes it over parts, see {@linkcode S3Etag}. */
  s3Etag: string;
}

/** All digests of one content, computed in one pass. */
export class ContentDigester {
  readonly #sizeBytes: number;
  readonly #sha256: Hash;
  readonly #sha1: Hash;
  readonly #crc32c = new Crc32c();
  readonly #s3Etag: S3Etag;

  /**
   * Starts the digests of a content of `sizeBytes` bytes.
   *
   * @throws {UsageError} when `sizeBytes` is not a whole number from 0 on.
   */
  constructor(options: SizedDigestOptions) {
    this.#sizeBytes = options.sizeBytes;
    this.#s3Etag = new S3Etag(options);
    this.#sha256 = options.createHash("sha256");
    this.#sha1 = options.createHash("sha1");
  }

  /** Takes in more bytes; may be called any number of times. */
  update(bytes: Uint8Array): void {
    this.#sha256.update(bytes);
    this.#sha1.update(bytes);
    this.#crc32c.update(bytes);
    this.#s3Etag.update(bytes);
  }

  /**
   * Ends the computation; must be called at most once.
   *
   * @throws {IntegrityError} when the number of bytes taken in differs from
   * the `sizeBytes` stated at the start.
   */
  finish(): ContentDigests {
    return {
      s3Etag: this.#s3Etag.digest(), // first: it compares the size
      sizeBytes: this.#sizeBytes,
      sha256: toHex(this.#sha256.digest()),
      sha1: toHex(this.#sha1.digest()),
      crc32c: this.#crc32c.digest(),
    };
  }
}

/**
 * Whether two digests in hexadecimal are the same; manifests and services do
 * not agree on the case of the digits.
 */
export function sameDigest(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
