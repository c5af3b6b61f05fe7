/**
 * Stands for `@std/crypto`: incremental digests. `node:crypto` hashes at
 * hardware speed (about 1 GB/s here), the WebAssembly of `@std/crypto` at a
 * tenth of that, and WebCrypto cannot take a stream.
 *
 * @module
 */

import { createHash } from "node:crypto";
import type { CreateHash } from "../base/mod.ts";

/** Digests by OpenSSL's code inside the runtime. */
export const createNodeHash: CreateHash = (name) => {
  const hash = createHash(name);
  return {
    update: (bytes) => void hash.update(bytes),
    digest: () => new Uint8Array(hash.digest()),
  };
};
