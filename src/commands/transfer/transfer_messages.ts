import { formatBytes, printable } from "../../base/mod.ts";
import type {
  ContentResult,
  TransferEvent,
  TransferTotals,
} from "../../transfer/mod.ts";
import type { Context } from "../context.ts";
import { formatSummary } from "./format_summary.ts";

// All of them are counted, and named again at the end.
const NAMED_FAILURES = 1000;

/**
 * Tells of a transfer by messages: warnings as they come, each file only at
 * DEBUG, and at the end one line that says what happened.
 */
export class TransferMessages {
  readonly #context: Context;
  readonly #namesFailures: boolean;
  #totals: TransferTotals | undefined;
  #isFinished = false;
  #failures = 0;

  /** With `namesFailures` each one is told when it happens. */
  constructor(context: Context, { namesFailures = true } = {}) {
    this.#context = context;
    this.#namesFailures = namesFailures;
  }

  /** Takes in what happens. */
  show(event: TransferEvent): void {
    const { log } = this.#context;
    switch (event.type) {
      case "started":
      case "progress":
        this.#totals = event.totals;
        return;
      case "finished":
        this.#totals = event.totals;
        this.#isFinished = true;
        return;
      case "fetched":
        return log("DEBUG", `${fileOf(event)}: fetched and verified`);
      case "present":
        return log(
          "DEBUG",
          `${fileOf(event)}: there already, at ${printable(event.path)}`,
        );
      case "retried":
        return log(
          "DEBUG",
          `${printable(event.name)}: trying again after ` +
            `${printable(event.reason)}`,
        );
      case "failed":
        return this.#failed(event.name, event.error.message);
      case "warning":
        return log("WARNING", event.message);
      case "manifest":
        return log(
          "INFO",
          `rewrote manifest ${printable(event.path)} with the column ` +
            "file_path, the path of each file",
        );
    }
  }

  /** Says what happened in all, also when it came to no good end. */
  end(): void {
    if (this.#totals === undefined) return;
    this.#context.log("INFO", formatSummary(this.#totals, this.#isFinished));
  }

  #failed(name: string, reason: string): void {
    if (!this.#namesFailures || this.#failures > NAMED_FAILURES) return;
    this.#failures++;
    this.#context.log(
      "WARNING",
      this.#failures > NAMED_FAILURES
        ? "more files failed; they are only counted from here on"
        : `${printable(name)}: failed: ${printable(reason)}`,
    );
  }
}

function fileOf({ name, sizeBytes }: ContentResult): string {
  return `${printable(name)}, ${formatBytes(sizeBytes)}`;
}
