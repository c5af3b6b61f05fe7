import { formatJson, LOG_LEVELS, redactSecrets } from "../../base/mod.ts";
import type { RequestRecord } from "../../server/mod.ts";
import type { Context } from "../context.ts";

const LEVEL = "INFO";

/**
 * Tells of a request that was answered: in a line for people, or with
 * `--log-format json` in an object whose members are those of the record.
 */
export function logRequest(context: Context, record: RequestRecord): void {
  const { settings, environment: { terminal } } = context;
  const { method, path, status, ms, request_id: id } = record;
  const message = `${method} ${path} ${status} ${ms} ms ${id ?? "-"}`;
  if (settings.logFormat === "text") return context.log(LEVEL, message);
  const threshold = LOG_LEVELS.indexOf(settings.logLevel);
  if (LOG_LEVELS.indexOf(LEVEL) < threshold) return;
  context.beforeMessage();
  const object = {
    level: LEVEL,
    message: redactSecrets(message),
    ...record,
    path: redactSecrets(path),
  };
  terminal.err(`${formatJson(object, { indent: 0 })}\n`);
}
