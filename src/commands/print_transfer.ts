import { CancelledError, formatBytes, printable } from "../base/mod.ts";
import { formatProgress } from "../terminal/mod.ts";
import type {
  Transfer,
  TransferEvent,
  TransferTotals,
} from "../transfer/mod.ts";
import type { Context } from "./context.ts";

/**
 * Runs a transfer and tells of it on standard error: one line that changes on
 * a terminal, a line for each file elsewhere, and a summary at the end.
 */
export async function runTransferCommand(
  transfer: Transfer,
  context: Context,
): Promise<void> {
  const printer = new TransferPrinter(context);
  try {
    for await (const event of transfer) printer.show(event);
  } catch (error) {
    if (!(error instanceof CancelledError)) throw error;
    throw new CancelledError(error.message, {
      signalName: error.signalName,
      cause: error,
      hint: "What is complete stays; run it again to fetch the rest.",
    });
  } finally {
    printer.end();
  }
}

class TransferPrinter {
  readonly #context: Context;
  readonly #startedMs: number;
  readonly #isLive: boolean;
  #totals: TransferTotals | undefined;
  #hasLine = false;

  constructor(context: Context) {
    this.#context = context;
    const { terminal, runtime } = context.environment;
    const { logLevel, logFormat } = context.settings;
    this.#startedMs = runtime.clock.elapsed();
    this.#isLive = terminal.errIsTerminal && logLevel === "INFO" &&
      logFormat === "text";
  }

  show(event: TransferEvent): void {
    const { log } = this.#context;
    switch (event.type) {
      case "started":
      case "progress":
        this.#totals = event.totals;
        return this.#redraw();
      case "fetched":
        return this.#line(
          `${printable(event.name)}: fetched ${
            formatBytes(event.sizeBytes)
          }, verified`,
        );
      case "present":
        return this.#line(
          `${printable(event.name)}: there already, at ${
            printable(event.path)
          }`,
        );
      case "failed":
        // Named again at the end, where it is not scrolled away.
        return this.#line(`${printable(event.name)}: failed`);
      case "warning":
        this.#clear();
        return log("WARNING", event.message);
      case "manifest":
        this.#clear();
        return log(
          "INFO",
          `rewrote manifest ${printable(event.path)} with the column ` +
            "file_path, the path of each file",
        );
      case "finished":
        this.#clear();
        return log("INFO", this.#summary(event.totals));
    }
  }

  end(): void {
    this.#clear();
  }

  #line(text: string): void {
    if (!this.#isLive) this.#context.log("INFO", text);
  }

  #redraw(): void {
    const { terminal, runtime } = this.#context.environment;
    if (!this.#isLive || this.#totals === undefined) return;
    const { fetched, present, failed, contents, receivedBytes, sizeBytes } =
      this.#totals;
    const line = formatProgress({
      done: fetched + present,
      total: contents,
      failed,
      receivedBytes,
      sizeBytes,
      elapsedMs: runtime.clock.elapsed() - this.#startedMs,
    }, terminal.columns() - 1);
    // Back to the start of the line, and erase it.
    terminal.err(`\r\x1b[K${line}`);
    this.#hasLine = true;
  }

  #clear(): void {
    if (this.#hasLine) this.#context.environment.terminal.err("\r\x1b[K");
    this.#hasLine = false;
  }

  #summary(totals: TransferTotals): string {
    const { clock } = this.#context.environment.runtime;
    const seconds = (clock.elapsed() - this.#startedMs) / 1000;
    const { fetched, present, failed, receivedBytes } = totals;
    return [
      `${fetched} files fetched and verified`,
      `${present} there already`,
      `${failed} failed`,
      `${formatBytes(receivedBytes)} in ${seconds.toFixed(1)} s`,
    ].join(", ");
  }
}
