import { type JsonObject, redactSecrets } from "../../base/mod.ts";
import type {
  ContentResult,
  TransferEvent,
  TransferNeeds,
  TransferTotals,
} from "../../transfer/mod.ts";
import { describeError } from "../print_error.ts";

/** An event as data, as `--progress json` writes it. */
export function describeEvent(event: TransferEvent): JsonObject {
  switch (event.type) {
    case "started":
      return {
        event: event.type,
        totals: describeTotals(event.totals),
        needs: describeNeeds(event.needs),
      };
    case "progress":
      return {
        event: event.type,
        totals: describeTotals(event.totals),
        active: event.active.map((content) => ({
          name: content.name,
          size: content.sizeBytes,
          done_bytes: content.doneBytes,
          bytes_per_second: Math.round(content.bytesPerSecond),
        })),
      };
    case "fetched":
    case "present":
    case "failed":
      return { event: event.type, ...describeContent(event) };
    case "retried":
      return {
        event: event.type,
        name: event.name,
        reason: redactSecrets(event.reason),
        tries: event.tries,
      };
    case "warning":
      return { event: event.type, message: redactSecrets(event.message) };
    case "manifest":
      return { event: event.type, path: event.path };
    case "finished":
      return { event: event.type, totals: describeTotals(event.totals) };
  }
}

/** What became of a content, as data. */
export function describeContent(
  event: Extract<TransferEvent, ContentResult>,
): JsonObject {
  return {
    name: event.name,
    // Nothing is known of what could not even be planned.
    sha256: event.sha256 || null,
    size: event.sha256 === "" ? null : event.sizeBytes,
    source: event.source ?? null,
    tries: event.tries,
    result: event.type,
    path: event.type === "failed" ? null : event.path,
    targets: [...event.targets],
    ...(event.type === "failed" && { error: describeError(event.error) }),
  };
}

/** Where a transfer stands, as data. */
export function describeTotals(totals: TransferTotals): JsonObject {
  return {
    files: totals.contents,
    size: totals.sizeBytes,
    fetched: totals.fetched,
    present: totals.present,
    failed: totals.failed,
    retried: totals.retried,
    done_bytes: totals.doneBytes,
    received_bytes: totals.receivedBytes,
    resumed_bytes: totals.resumedBytes,
    seconds: Math.round(totals.elapsedMs) / 1000,
  };
}

/** What has to be fetched, as data. */
export function describeNeeds(needs: TransferNeeds): JsonObject {
  return {
    files: needs.contents,
    size: needs.sizeBytes,
    free_bytes: needs.freeBytes ?? null,
  };
}
