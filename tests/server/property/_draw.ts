import { seeded } from "../../support/seeded.ts";

/** Choices that are the same on every run with the same seed. */
export class Draw {
  readonly #random: () => number;

  constructor(seed: number) {
    this.#random = seeded(seed);
  }

  /** A whole number from 0 to below `count`. */
  below(count: number): number {
    return Math.floor(this.#random() * count);
  }

  /** True so often, 0 to 1. */
  chance(share: number): boolean {
    return this.#random() < share;
  }

  /** One of them. */
  pick<T>(list: readonly [T, ...T[]]): T;
  /** One of them; undefined when there is none. */
  pick<T>(list: readonly T[]): T | undefined;
  pick<T>(list: readonly T[]): T | undefined {
    return list[this.below(list.length)];
  }

  /** A uuid. */
  uuid(): string {
    const digits = (count: number) =>
      Array.from({ length: count }, () => this.below(16).toString(16)).join("");
    return [8, 4, 4, 4, 12].map(digits).join("-");
  }

  /** A version in DSS_VERSION format. */
  version(): string {
    const two = (below: number, first = 0) =>
      String(first + this.below(below)).padStart(2, "0");
    const day = `${2000 + this.below(30)}-${two(12, 1)}-${two(28, 1)}`;
    const micros = String(this.below(1_000_000)).padStart(6, "0");
    return `${day}T${two(24)}${two(60)}${two(60)}.${micros}Z`;
  }
}
