import { formatJson } from "../../base/mod.ts";
import type { TransferEvent } from "../../transfer/mod.ts";
import type { Context } from "../context.ts";
import { describeEvent } from "./describe_event.ts";
import type { TransferPrinter } from "./transfer_printer.ts";

const PROGRESS_EVERY_MS = 1000;

/** For a program: one JSON object a line for each event. */
export class JsonPrinter implements TransferPrinter {
  readonly #context: Context;
  #progressMs = -Infinity;
  #last: TransferEvent | undefined;

  /** Writes nothing yet. */
  constructor(context: Context) {
    this.#context = context;
  }

  show(event: TransferEvent): void {
    // A manifest is written after the end of the transfer.
    if (event.type === "finished") this.#last = event;
    else if (event.type !== "progress" || this.#isProgressDue()) {
      this.#write(event);
    }
  }

  end(): void {
    if (this.#last !== undefined) this.#write(this.#last);
  }

  #isProgressDue(): boolean {
    const nowMs = this.#context.environment.runtime.clock.elapsed();
    if (nowMs - this.#progressMs < PROGRESS_EVERY_MS) return false;
    this.#progressMs = nowMs;
    return true;
  }

  #write(event: TransferEvent): void {
    const line = formatJson(describeEvent(event), { indent: 0 });
    this.#context.environment.terminal.err(`${line}\n`);
  }
}
