import type { TransferEvent } from "../../transfer/mod.ts";
import type { Context } from "../context.ts";
import { TransferMessages } from "./transfer_messages.ts";
import type { TransferPrinter } from "./transfer_printer.ts";

/** Shows no progress, only what went wrong and how it ended. */
export class PlainPrinter implements TransferPrinter {
  readonly #messages: TransferMessages;

  /** Says nothing yet. */
  constructor(context: Context) {
    this.#messages = new TransferMessages(context);
  }

  show(event: TransferEvent): void {
    this.#messages.show(event);
  }

  end(): void {
    this.#messages.end();
  }
}
