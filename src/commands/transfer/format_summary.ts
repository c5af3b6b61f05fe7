import { formatBytes } from "../../base/mod.ts";
import { formatDuration } from "../../terminal/mod.ts";
import type { TransferTotals } from "../../transfer/mod.ts";

/**
 * What happened in a transfer, in one line: `done: 18 files (17 fetched, 1
 * there already), 3.2 MiB in 0.4 s (8.0 MiB/s), 0 retried, 0 failed`.
 *
 * @param isFinished false when it was stopped on the way
 */
export function formatSummary(
  totals: TransferTotals,
  isFinished: boolean,
): string {
  const { fetched, present, failed, retried, resumedBytes } = totals;
  const complete = fetched + present;
  const all = filesOf(totals);
  const count = complete === all ? files(all) : `${complete} of ${files(all)}`;
  const word = !isFinished ? "stopped" : failed === 0 ? "done" : "ended";
  return [
    `${word}: ${count} (${fetched} fetched, ${present} there already)`,
    transferred(totals),
    ...(resumedBytes > 0
      ? [`${formatBytes(resumedBytes)} taken over from an earlier run`]
      : []),
    `${retried} retried`,
    `${failed} failed`,
  ].join(", ");
}

/** Files in all; the plan may not have known of each. */
export function filesOf(totals: TransferTotals): number {
  const { contents, fetched, present, failed } = totals;
  return Math.max(contents, fetched + present + failed);
}

function transferred({ receivedBytes, elapsedMs }: TransferTotals): string {
  const rate = elapsedMs > 0 && receivedBytes > 0
    ? ` (${formatBytes(Math.round(receivedBytes / (elapsedMs / 1000)))}/s)`
    : "";
  return `${formatBytes(receivedBytes)} in ${formatDuration(elapsedMs)}${rate}`;
}

/** `1 file`, `18 files`. */
export function files(count: number): string {
  return `${count} file${count === 1 ? "" : "s"}`;
}
