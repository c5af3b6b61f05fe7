import { createHash } from "node:crypto";
import { join } from "node:path";
import { MIB } from "./units.ts";

/** A file that the server has. */
export interface Blob {
  /** Its uuid: the first half of its SHA-256, so that a rule can redirect. */
  uuid: string;
  /** SHA-256, 64 lower-case hex digits. */
  sha256: string;
  /** Size in bytes. */
  sizeBytes: number;
}

/** The part of a blob's address after `/blobs/`, and its file's name. */
export function blobName(blob: Blob): string {
  return blob.sha256.slice(0, 32);
}

const WORDS = MIB / 4;
// Any number but 0; the same one gives the same bytes in every run.
const SEED = 0x9e3779b9;

/** Creates the 1 MiB of noise (xorshift32) that all contents are made of. */
export function createNoise(): Uint8Array<ArrayBuffer> {
  const words = new Uint32Array(WORDS);
  let state = SEED;
  for (let at = 0; at < WORDS; at++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    words[at] = state;
  }
  return new Uint8Array(words.buffer);
}

/** Writes the contents that a server serves from `<directory>`. */
export class ContentMaker {
  readonly #directory: string;
  readonly #noise = createNoise();

  /** @param directory of the blobs, which exists */
  constructor(directory: string) {
    this.#directory = directory;
  }

  /**
   * Writes one file: noise whose every MiB begins with the file's `number`
   * and its own, so that no two are alike and nothing can be compressed.
   */
  async make(number: number, sizeBytes: number): Promise<Blob> {
    const hash = createHash("sha256");
    const path = join(this.#directory, `making-${number}`);
    const file = await Deno.open(path, { write: true, createNew: true });
    try {
      const header = new DataView(this.#noise.buffer);
      header.setUint32(0, number);
      for (let at = 0; at < sizeBytes; at += MIB) {
        header.setUint32(4, at / MIB);
        const piece = this.#noise.subarray(0, Math.min(MIB, sizeBytes - at));
        hash.update(piece);
        for (let from = 0; from < piece.length;) {
          from += file.writeSync(piece.subarray(from));
        }
      }
    } finally {
      file.close();
    }
    const blob = blobOf(hash.digest("hex"), sizeBytes);
    await Deno.rename(path, join(this.#directory, blobName(blob)));
    return blob;
  }

  /** Writes `count` files of one size. */
  async makeMany(count: number, sizeBytes: number): Promise<Blob[]> {
    const blobs: Blob[] = [];
    for (let at = 0; at < count; at++) {
      blobs.push(await this.make(at, sizeBytes));
    }
    return blobs;
  }

  /** Removes files, to make room for the next ones. */
  async remove(blobs: readonly Blob[]): Promise<void> {
    for (const blob of blobs) {
      await Deno.remove(join(this.#directory, blobName(blob)));
    }
  }
}

/** A file that is only talked about: row `number` of a dry run. */
export function imaginaryBlob(number: number, sizeBytes: number): Blob {
  const sha256 = createHash("sha256").update(`row ${number}`).digest("hex");
  return blobOf(sha256, sizeBytes);
}

function blobOf(sha256: string, sizeBytes: number): Blob {
  const uuid = sha256.slice(0, 32)
    .replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
  return { uuid, sha256, sizeBytes };
}
