import {
  HcaError,
  type ItemFailure,
  quote,
  RefusedError,
} from "../base/mod.ts";
import type { WantedFile } from "../transfer/mod.ts";

/** Puts members together; one that contradicts an earlier one fails alone. */
export class CollectionPlan {
  /** The files to have. */
  readonly wanted: WantedFile[] = [];
  /** Members that cannot be had, and why. */
  readonly failures: ItemFailure[];
  readonly #sizes = new Map<string, number>();

  /** Begins with what failed before. */
  constructor(failures: readonly ItemFailure[]) {
    this.failures = [...failures];
  }

  /** Takes in the files of a member, or why there are none. */
  add(name: string, answer: WantedFile[] | HcaError): void {
    const error = answer instanceof HcaError ? answer : this.#take(answer);
    if (error !== undefined) this.failures.push({ name, error });
  }

  #take(files: readonly WantedFile[]): RefusedError | undefined {
    const sizes = new Map<string, number>();
    for (const { name, sha256, sizeBytes } of files) {
      const size = this.#sizes.get(sha256) ?? sizes.get(sha256) ?? sizeBytes;
      if (size !== sizeBytes) {
        return new RefusedError(
          `${quote(name, 200)} has the SHA-256 of another file and another ` +
            `size (${sizeBytes} and ${size} bytes)`,
        );
      }
      sizes.set(sha256, sizeBytes);
    }
    for (const [sha256, size] of sizes) this.#sizes.set(sha256, size);
    for (const file of files) this.wanted.push(file);
    return undefined;
  }
}
