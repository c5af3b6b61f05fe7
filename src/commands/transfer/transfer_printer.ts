import type { TransferEvent } from "../../transfer/mod.ts";
import type { Context } from "../context.ts";
import { BarPrinter } from "./bar_printer.ts";
import { JsonPrinter } from "./json_printer.ts";
import { LinesPrinter } from "./lines_printer.ts";
import { PlainPrinter } from "./plain_printer.ts";

/** How progress is shown. */
export const PROGRESS_MODES = ["auto", "bar", "lines", "json", "none"] as const;

/** One of {@linkcode PROGRESS_MODES}. */
export type ProgressMode = typeof PROGRESS_MODES[number];

/** Tells of a transfer on standard error. */
export interface TransferPrinter {
  /** How often {@linkcode tick} is wanted, milliseconds; undefined: never. */
  readonly tickMs?: number;
  /** Takes in what happens. */
  show(event: TransferEvent): void;
  /** Time has passed. */
  tick?(): void;
  /** Nothing more will happen: takes away what must not stay, and sums up. */
  end(): void;
}

/** The printer of a mode; `auto` is a bar for people, else lines. */
export function createPrinter(
  context: Context,
  mode: ProgressMode,
): TransferPrinter {
  const chosen = mode === "auto" ? automatic(context) : mode;
  switch (chosen) {
    case "bar":
      return new BarPrinter(context);
    case "lines":
      return new LinesPrinter(context);
    case "json":
      return new JsonPrinter(context);
    case "none":
      return new PlainPrinter(context);
  }
}

// With DEBUG each file has a line, and JSON messages are for programs.
function automatic({ environment, settings }: Context): "bar" | "lines" {
  const { terminal, variable } = environment;
  const isLive = terminal.errIsTerminal && settings.logLevel === "INFO" &&
    settings.logFormat === "text" && variable("TERM") !== "dumb";
  return isLive ? "bar" : "lines";
}
