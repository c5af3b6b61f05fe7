import { formatBytes, printable, redactSecrets } from "../../base/mod.ts";
import type { VerifyEvent, VerifyTotals } from "../../services/mod.ts";
import { formatDuration } from "../../terminal/mod.ts";
import type { Context } from "../context.ts";
import { files } from "../transfer/format_summary.ts";
import { TransferMessages } from "../transfer/transfer_messages.ts";

const LINE_EVERY_MS = 60_000;

/**
 * Tells of a verification: what is wrong on standard output, a line each, and
 * how far it is and what it came to on standard error.
 */
export class VerifyPrinter {
  readonly #context: Context;
  readonly #transfers: TransferMessages;
  readonly #isLive: boolean;
  #toldAtMs: number;
  #hasLine = false;

  /** Says nothing yet. */
  constructor(context: Context) {
    const { terminal, runtime } = context.environment;
    const { logLevel, logFormat } = context.settings;
    this.#context = context;
    this.#transfers = new TransferMessages(context);
    this.#isLive = terminal.errIsTerminal && logLevel === "INFO" &&
      logFormat === "text";
    this.#toldAtMs = runtime.clock.elapsed();
    if (this.#isLive) context.beforeMessage = () => this.#clear();
  }

  /** Takes in what happens. */
  async show(event: VerifyEvent): Promise<void> {
    switch (event.type) {
      case "progress":
        return this.#progress(event.totals);
      case "transfer":
        return this.#transfers.show(event.event);
      case "fault":
      case "repaired": {
        const { kind, path, error } = event.fault;
        const { secrets } = this.#context;
        const cells = event.type === "fault"
          ? [kind, path, secrets.redact(redactSecrets(error.message))]
          : ["repaired", path];
        this.#clear();
        return await this.#context.printLine(cells.map(printable).join("\t"));
      }
      case "finished":
        this.#transfers.end();
        for (const line of summarize(event.totals, this.#nowMs())) {
          this.#context.log("INFO", line);
        }
    }
  }

  /** Nothing more will happen. */
  end(): void {
    this.#clear();
  }

  #nowMs(): number {
    return this.#context.environment.runtime.clock.now();
  }

  #progress({ checked, readBytes }: VerifyTotals): void {
    const { terminal, runtime: { clock } } = this.#context.environment;
    const text = `${files(checked)} looked at, ${formatBytes(readBytes)} read`;
    if (this.#isLive) {
      this.#hasLine = true;
      // Back to the start of the line, and erase it.
      return terminal.err(`\r\x1b[K${text} …`);
    }
    if (clock.elapsed() - this.#toldAtMs < LINE_EVERY_MS) return;
    this.#toldAtMs = clock.elapsed();
    this.#context.log("INFO", text);
  }

  #clear(): void {
    if (this.#hasLine) this.#context.environment.terminal.err("\r\x1b[K");
    this.#hasLine = false;
  }
}

function summarize(totals: VerifyTotals, nowMs: number): string[] {
  const { checked, readBytes, damaged, missing, unreadable } = totals;
  const { repaired, notDownloaded, parts, partBytes, strays } = totals;
  const { otherDirectories: others } = totals;
  const bad = damaged + missing + unreadable;
  const lines = [
    `${files(checked)} verified, ${formatBytes(readBytes)} read: ` +
    (bad === 0
      ? "all as they should be"
      : `${damaged} damaged, ${missing} missing, ${unreadable} unreadable, ` +
        `${repaired} repaired`),
  ];
  if (notDownloaded > 0) {
    lines.push(`${files(notDownloaded)} of the bundles not downloaded`);
  }
  if (parts > 0) {
    const age = totals.oldestPartAtMs === undefined
      ? ""
      : `, the oldest from ${
        formatDuration(Math.max(0, nowMs - totals.oldestPartAtMs))
      } ago`;
    lines.push(
      `${parts} ${parts === 1 ? "part" : "parts"} of broken downloads ` +
        `(${formatBytes(partBytes)}${age}); a new run takes them up`,
    );
  }
  if (strays > 0) {
    lines.push(`${strays} entries of the store are not of hca`);
  }
  if (others > 0) {
    lines.push(
      `${others} ${others === 1 ? "directory" : "directories"} named like a ` +
        "bundle's, without its bundle.json: not looked at",
    );
  }
  return lines;
}
