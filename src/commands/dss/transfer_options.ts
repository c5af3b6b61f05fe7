import { quote, UsageError } from "../../base/mod.ts";
import { DEFAULT_POLICY, type TimeoutPolicy } from "../../http/mod.ts";
import { DEFAULT_RESUME } from "../../transfer/mod.ts";
import type { Option, Values } from "../command.ts";
import type { Context } from "../context.ts";
import { parseRate } from "../transfer/parse_rate.ts";
import type { DownloadSettings } from "../transfer/run_download.ts";
import { PROGRESS_MODES } from "../transfer/transfer_printer.ts";

const DEFAULT_JOBS = 16;
const MOST_SEGMENTS = 64;
const LOW_SPEED_WINDOW_MS = 30_000;

/** The options that all downloads have. */
export const TRANSFER_OPTIONS: readonly Option[] = [
  {
    name: "download-dir",
    description: "Directory to download into. Default: the current one.",
    completes: "directory",
  },
  {
    name: "jobs",
    description: "Files fetched at the same time.",
    type: "integer",
    minimum: 1,
    maximum: 1024,
    default: DEFAULT_JOBS,
  },
  {
    name: "segments",
    description: "Connections for one big file: a number up to " +
      `${MOST_SEGMENTS}, or auto to add one as long as that makes it faster.`,
    default: "auto",
  },
  {
    name: "limit-rate",
    description: "Bytes per second that are received at most in all; K, M, " +
      "G and KiB, MiB, GiB are powers of 1024: 10M.",
  },
  {
    name: "verify",
    description: "Read and hash again what is there already; what is wrong " +
      "is fetched.",
    isSwitch: true,
    type: "boolean",
  },
  {
    name: "force",
    description: "Replace other files that stand where the downloaded ones " +
      "shall be.",
    isSwitch: true,
    type: "boolean",
  },
  {
    name: "dry-run",
    description: "Show how much is to be fetched and whether there is room, " +
      "and download nothing.",
    isSwitch: true,
    type: "boolean",
  },
  {
    name: "keep-going",
    description: "Go on with the other files when one fails. This is the " +
      "default.",
    isSwitch: true,
    type: "boolean",
  },
  {
    name: "fail-fast",
    description: "Stop when the first file fails.",
    isSwitch: true,
    type: "boolean",
  },
  {
    name: "progress",
    description: "How progress is shown on standard error: bar, a line a " +
      "minute, one JSON object a line for each event, or not at all; auto " +
      "is bar on a terminal and lines elsewhere.",
    choices: PROGRESS_MODES,
    default: "auto",
  },
  {
    name: "quiet",
    description: "Show only errors.",
    isSwitch: true,
    type: "boolean",
  },
  {
    name: "report",
    description: "File to write a report to, in JSON: each file's source, " +
      "tries and result.",
    completes: "path",
  },
  {
    name: "num-retries",
    description: "How often a broken transfer is taken up again without " +
      "anything arriving.",
    type: "integer",
    minimum: 0,
    default: DEFAULT_RESUME.retries,
  },
  {
    name: "min-delay-seconds",
    description: "Least wait before a broken transfer is taken up again.",
    type: "number",
    minimum: 0,
    default: DEFAULT_RESUME.minDelayMs / 1000,
  },
  {
    name: "connect-timeout",
    description: "Seconds to wait for a connection.",
    type: "number",
    minimum: 0.001,
    maximum: 86_400,
    default: DEFAULT_POLICY.timeouts.connectMs / 1000,
  },
  {
    name: "idle-timeout",
    description: "Seconds to wait for the first or the next bytes of an " +
      "answer.",
    type: "number",
    minimum: 0.001,
    maximum: 86_400,
    default: DEFAULT_POLICY.timeouts.idleMs / 1000,
  },
  {
    name: "low-speed",
    description: "Give up a connection that brings fewer bytes per second " +
      `for ${LOW_SPEED_WINDOW_MS / 1000} s, and take the file up again on ` +
      "another; written as for --limit-rate. Default: any speed will do.",
  },
  {
    name: "http2",
    description: "Use HTTP/2 where a host offers it. HTTP/1.1 is faster for " +
      "many small files.",
    isSwitch: true,
    type: "boolean",
  },
];

/**
 * What a command line says of how to download.
 *
 * @throws {UsageError} when options contradict each other, or a value is none
 */
export function downloadSettings(
  values: Values,
  context: Context,
): DownloadSettings {
  refuseBoth(values, "keep-going", "fail-fast");
  const progress =
    PROGRESS_MODES.find((mode) => mode === values.need("progress")) ?? "auto";
  const isQuiet = values.flag("quiet");
  if (isQuiet && progress !== "auto" && progress !== "none") {
    throw new UsageError(
      `--quiet and --progress ${progress} are mutually exclusive options`,
    );
  }
  const reportPath = values.text("report");
  if (reportPath === "") throw new UsageError("--report is empty");
  return {
    transfer: transferOptions(values, context),
    connection: {
      http2: values.flag("http2"),
      timeouts: timeoutsOf(values),
    },
    progress: isQuiet ? "none" : progress,
    isQuiet,
    reportPath,
  };
}

function transferOptions(
  values: Values,
  context: Context,
): DownloadSettings["transfer"] {
  return {
    downloadDir: values.text("download-dir") ?? "",
    jobs: values.number("jobs"),
    segments: parseSegments(values.need("segments")),
    limitBytesPerSecond: rateOf(values, "limit-rate"),
    resume: {
      retries: values.number("num-retries"),
      minDelayMs: values.number("min-delay-seconds") * 1000,
    },
    verify: values.flag("verify"),
    force: values.flag("force"),
    failFast: values.flag("fail-fast"),
    dryRun: values.flag("dry-run"),
    signal: context.environment.signal,
  };
}

function timeoutsOf(values: Values): Partial<TimeoutPolicy> {
  const idleMs = values.number("idle-timeout") * 1000;
  const bytesPerSecond = rateOf(values, "low-speed");
  return {
    connectMs: values.number("connect-timeout") * 1000,
    firstByteMs: idleMs,
    idleMs,
    ...(bytesPerSecond !== undefined && {
      lowSpeed: { bytesPerSecond, windowMs: LOW_SPEED_WINDOW_MS },
    }),
  };
}

function rateOf(values: Values, option: string): number | undefined {
  const text = values.text(option);
  return text === undefined ? undefined : parseRate(text, option);
}

function parseSegments(text: string): number | "auto" {
  if (text === "auto") return text;
  const count = /^\d+$/.test(text) ? Number(text) : 0;
  if (count >= 1 && count <= MOST_SEGMENTS) return count;
  throw new UsageError(
    `--segments takes auto or a number from 1 to ${MOST_SEGMENTS}, not ` +
      quote(text),
  );
}

function refuseBoth(values: Values, one: string, other: string): void {
  if (!values.flag(one) || !values.flag(other)) return;
  throw new UsageError(
    `--${one} and --${other} are mutually exclusive options`,
  );
}
