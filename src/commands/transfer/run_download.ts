import {
  CancelledError,
  LocalError,
  messageOf,
  PartialError,
} from "../../base/mod.ts";
import type { DssClient } from "../../services/mod.ts";
import type {
  Transfer,
  TransferEvent,
  TransferOptions,
} from "../../transfer/mod.ts";
import type { Context } from "../context.ts";
import type { ConnectionSettings } from "../dss_session.ts";
import { formatPlan } from "./format_plan.ts";
import { ReportFile } from "./report_file.ts";
import {
  createPrinter,
  type ProgressMode,
  type TransferPrinter,
} from "./transfer_printer.ts";

/** All that a line says of how to download. */
export interface DownloadSettings {
  /** How the transfer is carried out, and where to. */
  transfer: TransferOptions & { downloadDir: string };
  /** How the service is spoken to. */
  connection: ConnectionSettings;
  /** How progress is shown. */
  progress: ProgressMode;
  /** Whether only errors are shown. */
  isQuiet: boolean;
  /** Where a report goes; undefined: nowhere. */
  reportPath: string | undefined;
}

/** What a command downloads. */
export interface DownloadCommand {
  /** The words of the command. */
  name: string;
  /** Makes the transfer, which is not begun. */
  begin: (client: DssClient) => Transfer;
}

/**
 * Carries out a download: tells of it on standard error, writes the report,
 * and with `dryRun` shows the plan only.
 *
 * @throws {CancelledError} saying how to go on, and what the transfer throws
 * @throws {LocalError} when the report cannot be written: at first, before
 * anything is downloaded
 */
export async function runDownload(
  context: Context,
  settings: DownloadSettings,
  command: DownloadCommand,
): Promise<void> {
  const { progress, isQuiet, reportPath, connection } = settings;
  // Errors and other messages have to be JSON then, too.
  if (progress === "json") context.settings.logFormat = "json";
  if (isQuiet) context.settings.logLevel = "ERROR";
  const report = reportPath === undefined
    ? undefined
    : await ReportFile.open(context, reportPath, command.name);
  try {
    const client = await context.dss.client(connection);
    await follow(command.begin(client), context, settings, report);
  } catch (error) {
    const shown = withNextStep(error);
    // Why the download failed matters more than that the report did.
    await report?.finish(shown).catch((cause) =>
      context.log("WARNING", messageOf(cause))
    );
    throw shown;
  }
  await report?.finish(undefined);
}

async function follow(
  transfer: AsyncIterable<TransferEvent>,
  context: Context,
  settings: DownloadSettings,
  report: ReportFile | undefined,
): Promise<void> {
  if (settings.transfer.dryRun && settings.progress !== "json") {
    return await showPlan(transfer, context, report);
  }
  const printer = createPrinter(context, settings.progress);
  const stopTicking = startTicking(printer, context);
  try {
    for await (const event of transfer) {
      printer.show(event);
      await report?.add(event);
    }
  } finally {
    await stopTicking();
    printer.end();
  }
}

/**
 * A dry run ends after the plan, with an error if there is no room for it or
 * something of it cannot be had.
 */
async function showPlan(
  transfer: AsyncIterable<TransferEvent>,
  context: Context,
  report: ReportFile | undefined,
): Promise<void> {
  let plan: Extract<TransferEvent, { type: "started" }> | undefined;
  let missing = 0;
  const print = async (fits: boolean) => {
    if (plan === undefined) return;
    const lines = formatPlan(plan, { missing, fits });
    for (const line of lines) await context.printLine(line);
  };
  try {
    for await (const event of transfer) {
      if (event.type === "started") plan = event;
      if (event.type === "failed") missing++;
      await report?.add(event);
    }
  } catch (error) {
    if (error instanceof LocalError && error.reason === "no_space") {
      await print(false);
    } else if (error instanceof PartialError) await print(true);
    throw error;
  }
  await print(true);
}

/** Lets a printer know that time passes, until the returned function is called. */
function startTicking(
  printer: TransferPrinter,
  { environment: { runtime: { clock } } }: Context,
): () => Promise<void> {
  const { tickMs } = printer;
  if (tickMs === undefined) return () => Promise.resolve();
  const stop = new AbortController();
  const ticking = (async () => {
    while (!stop.signal.aborted) {
      await clock.sleep(tickMs, stop.signal);
      if (!stop.signal.aborted) printer.tick?.();
    }
  })();
  return () => {
    stop.abort();
    return ticking;
  };
}

function withNextStep(error: unknown): unknown {
  if (!(error instanceof CancelledError)) return error;
  return new CancelledError(error.message, {
    signalName: error.signalName,
    cause: error,
    hint: "Run the same command again to go on from here.",
  });
}
