import { formatBytes } from "../../base/mod.ts";
import type { TransferEvent } from "../../transfer/mod.ts";
import { files } from "./format_summary.ts";

/**
 * What a transfer would do, line by line, for `--dry-run`.
 *
 * @param missing files that cannot be had, whose sizes nobody knows
 * @param fits whether there is room for it
 */
export function formatPlan(
  { totals, needs }: Extract<TransferEvent, { type: "started" }>,
  { missing, fits }: { missing: number; fits: boolean },
): string[] {
  const { freeBytes } = needs;
  const amount = (count: number, sizeBytes: number) =>
    `${files(count)}, ${formatBytes(sizeBytes)}`;
  const present = amount(
    totals.contents - needs.contents - missing,
    totals.sizeBytes - needs.sizeBytes,
  );
  return [
    `in all: ${amount(totals.contents, totals.sizeBytes)}`,
    `there already: ${present}`,
    `to fetch: ${amount(needs.contents, needs.sizeBytes)}`,
    ...(missing > 0 ? [`cannot be had: ${files(missing)}`] : []),
    freeBytes === undefined
      ? "free space: not known"
      : `free space: ${formatBytes(freeBytes)}, ${fits ? "" : "not "}enough`,
  ];
}
