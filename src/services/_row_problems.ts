import { RefusedError } from "../base/mod.ts";

const SHOWN = 10;

/** The rows of a manifest that cannot be used; ten are shown, all counted. */
export class RowProblems {
  readonly #shown: string[] = [];
  #count = 0;

  /** How many there are. */
  get count(): number {
    return this.#count;
  }

  /** Takes one down. */
  add(line: number, why: string): void {
    this.#count++;
    if (this.#shown.length < SHOWN) this.#shown.push(`line ${line}: ${why}`);
  }

  /**
   * Ends the reading of a manifest.
   *
   * @throws {RefusedError} naming the lines, when there are any
   */
  check(what: string): void {
    if (this.#count === 0) return;
    const others = this.#count - this.#shown.length;
    throw new RefusedError(
      `${what} has rows that cannot be used: ${this.#shown.join("; ")}` +
        (others > 0 ? `; and ${others} more` : ""),
    );
  }
}
