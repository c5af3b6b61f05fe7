import { formatBytes } from "../../base/mod.ts";
import { formatProgressLine } from "../../terminal/mod.ts";
import type { TransferEvent } from "../../transfer/mod.ts";
import type { Context } from "../context.ts";
import { files } from "./format_summary.ts";
import { TransferMessages } from "./transfer_messages.ts";
import type { TransferPrinter } from "./transfer_printer.ts";
import { TransferState } from "./transfer_state.ts";

const LINE_EVERY_MS = 60_000;

/** For a log: what there is to do, and a line a minute. */
export class LinesPrinter implements TransferPrinter {
  readonly tickMs = LINE_EVERY_MS;
  readonly #context: Context;
  readonly #messages: TransferMessages;
  readonly #state = new TransferState(LINE_EVERY_MS);

  /** Says nothing yet. */
  constructor(context: Context) {
    this.#context = context;
    this.#messages = new TransferMessages(context);
  }

  show(event: TransferEvent): void {
    this.#state.take(event);
    this.#messages.show(event);
    if (event.type !== "started") return;
    // The rate of the first minute begins here.
    this.#progress();
    const { totals, needs } = event;
    this.#context.log(
      "INFO",
      `${needs.contents} of ${files(totals.contents)} to fetch, ` +
        formatBytes(needs.sizeBytes),
    );
  }

  tick(): void {
    const progress = this.#progress();
    if (progress === undefined) return;
    this.#context.log("INFO", formatProgressLine(progress));
  }

  end(): void {
    this.#messages.end();
  }

  #progress() {
    const { clock } = this.#context.environment.runtime;
    return this.#state.at(clock.elapsed());
  }
}
