import { createHash } from "node:crypto";
import type { CreateHash } from "../../src/base/mod.ts";

/** The digests of `node:crypto`, behind the port that the core uses. */
export const createNodeHash: CreateHash = (name) => {
  const hash = createHash(name);
  return {
    update: (bytes) => {
      hash.update(bytes);
    },
    digest: () => new Uint8Array(hash.digest()),
  };
};
