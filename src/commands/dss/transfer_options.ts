import type { TransferSettings } from "../../services/mod.ts";
import { DEFAULT_JOBS, DEFAULT_RESUME } from "../../transfer/mod.ts";
import type { Option, Values } from "../command.ts";
import type { Context } from "../context.ts";

/** The options that all downloads have. */
export const TRANSFER_OPTIONS: readonly Option[] = [
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
    name: "download-dir",
    description: "Directory to download into. Default: the current one.",
    completes: "directory",
  },
  {
    name: "jobs",
    description: "Files fetched at the same time.",
    type: "integer",
    minimum: 1,
    default: DEFAULT_JOBS,
  },
];

/** What a command line says of how to download. */
export function transferSettings(
  values: Values,
  context: Context,
): TransferSettings {
  return {
    downloadDir: values.text("download-dir") ?? "",
    jobs: values.number("jobs"),
    resume: {
      retries: values.number("num-retries"),
      minDelayMs: values.number("min-delay-seconds") * 1000,
    },
    signal: context.environment.signal,
  };
}
