/** The digests that the runtime computes at hardware speed. */
export type HashName = "md5" | "sha1" | "sha256";

/** A digest being computed. */
export interface Hash {
  /** Takes in more bytes; may be called any number of times. */
  update(bytes: Uint8Array): void;
  /** Ends the computation; the hash must not be used afterwards. */
  digest(): Uint8Array;
}

/** Starts a digest. */
export type CreateHash = (name: HashName) => Hash;
