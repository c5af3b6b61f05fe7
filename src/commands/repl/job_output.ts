import type { Terminal } from "../../base/mod.ts";
import type { StatementOutput } from "./statement_output.ts";

// Enough to see what happened; whoever wants all of it gives it a file.
const LIMIT_BYTES = 1 << 20;

/** A piece of what a job wrote. */
interface Piece {
  isData: boolean;
  bytes: Uint8Array;
}

/** What a job wrote: data and messages in their order, the end of a lot. */
export class JobOutput implements StatementOutput {
  #pieces: Piece[] = [];
  #keptBytes = 0;
  #droppedBytes = 0;

  /** Whether nothing was written. */
  get isEmpty(): boolean {
    return this.#pieces.length === 0;
  }

  /** Bytes at the start that were not kept. */
  get droppedBytes(): number {
    return this.#droppedBytes;
  }

  /** Is ready. */
  open(): Promise<void> {
    return Promise.resolve();
  }

  /** Keeps data. */
  write(data: string | Uint8Array): Promise<void> {
    this.#add(true, data);
    return Promise.resolve();
  }

  /** Keeps a message. */
  err(text: string): void {
    this.#add(false, text);
  }

  /** Has nothing to complete. */
  finish(status: number): Promise<number> {
    return Promise.resolve(status);
  }

  /** Keeps what it has. */
  dispose(): Promise<void> {
    return Promise.resolve();
  }

  /**
   * Writes all of it where it belongs.
   *
   * @throws {ClosedOutput} when nobody reads the data
   */
  async copyTo(terminal: Pick<Terminal, "out" | "err">): Promise<void> {
    const decoder = new TextDecoder();
    for (const { isData, bytes } of this.#pieces) {
      if (isData) await terminal.out(bytes);
      else terminal.err(decoder.decode(bytes));
    }
  }

  #add(isData: boolean, data: string | Uint8Array): void {
    const bytes = typeof data === "string"
      ? new TextEncoder().encode(data)
      // The writer may use its buffer again.
      : data.slice();
    if (bytes.length === 0) return;
    this.#pieces.push({ isData, bytes });
    this.#keptBytes += bytes.length;
    this.#trim();
  }

  #trim(): void {
    let count = 0;
    while (this.#keptBytes > LIMIT_BYTES && count < this.#pieces.length) {
      const piece = this.#pieces[count];
      if (piece === undefined) break;
      const surplus = this.#keptBytes - LIMIT_BYTES;
      const cut = Math.min(surplus, piece.bytes.length);
      this.#keptBytes -= cut;
      this.#droppedBytes += cut;
      if (cut === piece.bytes.length) count++;
      else piece.bytes = piece.bytes.subarray(cut);
    }
    if (count > 0) this.#pieces = this.#pieces.slice(count);
  }
}
