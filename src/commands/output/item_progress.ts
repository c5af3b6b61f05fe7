import type { Context } from "../context.ts";
import { isOnTerminal } from "./output_file.ts";
import type { OutputSettings } from "./output_options.ts";

// Ten times a second is as fast as anybody reads.
const REDRAW_MS = 100;

/**
 * A line on standard error that says how many items have come, where a person
 * would otherwise wait in silence: not elsewhere, and not where the items
 * themselves show up on the terminal.
 */
export class ItemProgress {
  readonly #context: Context;
  readonly #isLive: boolean;
  #drawnMs: number;
  #hasLine = false;

  /** Shows nothing yet; an answer that comes at once never has a line. */
  constructor(context: Context, settings: OutputSettings) {
    const { terminal, runtime } = context.environment;
    const { logLevel, logFormat } = context.settings;
    const isStreamed = settings.format === "jsonl" || settings.format === "tsv";
    this.#context = context;
    this.#isLive = terminal.errIsTerminal && logLevel === "INFO" &&
      logFormat === "text" &&
      !(isStreamed && isOnTerminal(context, settings));
    this.#drawnMs = runtime.clock.elapsed();
  }

  /** Takes in how many items have come in all. */
  show(itemCount: number): void {
    const { terminal, runtime: { clock } } = this.#context.environment;
    if (!this.#isLive || clock.elapsed() - this.#drawnMs < REDRAW_MS) return;
    this.#drawnMs = clock.elapsed();
    this.#hasLine = true;
    // Back to the start of the line, and erase it.
    terminal.err(`\r\x1b[K${itemCount} items …`);
  }

  /** Takes the line away. */
  clear(): void {
    if (this.#hasLine) this.#context.environment.terminal.err("\r\x1b[K");
    this.#hasLine = false;
  }
}
