import { formatProgress, LiveLines } from "../../terminal/mod.ts";
import type { TransferEvent } from "../../transfer/mod.ts";
import type { Context } from "../context.ts";
import { TransferMessages } from "./transfer_messages.ts";
import type { TransferPrinter } from "./transfer_printer.ts";
import { TransferState } from "./transfer_state.ts";

const RATE_WINDOW_MS = 10_000;
// Ten times a second is as fast as anybody reads.
const REDRAW_MS = 100;
// The time goes on where nothing arrives.
const TICK_MS = 500;
// After a pause this long the process was stopped (Ctrl-Z), and the shell
// has written below the lines.
const PAUSE_MS = 4 * TICK_MS;

/** For a person: lines at the end of the terminal that change. */
export class BarPrinter implements TransferPrinter {
  readonly tickMs = TICK_MS;
  readonly #context: Context;
  readonly #messages: TransferMessages;
  readonly #state = new TransferState(RATE_WINDOW_MS);
  readonly #lines = new LiveLines();
  readonly #hasColor: boolean;
  #drawnMs = -Infinity;
  #isOver = false;

  /** Draws nothing yet. */
  constructor(context: Context) {
    this.#context = context;
    this.#hasColor = context.environment.variable("NO_COLOR") === undefined;
    // They are all named at the end, where they are not scrolled away.
    this.#messages = new TransferMessages(context, { namesFailures: false });
    context.beforeMessage = () => this.#clear();
  }

  show(event: TransferEvent): void {
    this.#state.take(event);
    this.#messages.show(event);
    this.tick();
  }

  tick(): void {
    const { terminal, runtime: { clock } } = this.#context.environment;
    const nowMs = clock.elapsed();
    const sinceMs = nowMs - this.#drawnMs;
    const progress = this.#state.at(nowMs);
    if (this.#isOver || sinceMs < REDRAW_MS || progress === undefined) return;
    if (sinceMs > PAUSE_MS) this.#lines.abandon();
    this.#drawnMs = nowMs;
    const columns = terminal.columns();
    const lines = formatProgress(progress, {
      columns,
      rows: terminal.rows(),
      hasColor: this.#hasColor,
    });
    terminal.err(this.#lines.draw(lines, columns));
  }

  end(): void {
    this.#isOver = true;
    this.#clear();
    this.#messages.end();
  }

  #clear(): void {
    const { terminal } = this.#context.environment;
    const text = this.#lines.erase(terminal.columns());
    if (text !== "") terminal.err(text);
  }
}
