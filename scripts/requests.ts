// deno-lint-ignore-file no-console -- a script speaks to its reader
/**
 * Property-based requests: makes requests from the service's own API document,
 * good ones and bad ones, sends them to the service in this process, over new
 * stores, and holds every answer against the document.
 *
 * What is made, for each operation in turn: parameters by type, enum, pattern
 * and limits, and ones that break them; missing, doubled and unknown
 * parameters; bodies by their schema with things that are in the store, and
 * with wrong types, missing and unknown properties, malformed JSON, deep
 * nesting, other media types; very long texts, control characters, every kind
 * of Unicode; other methods; callers of other groups, without a token, with a
 * forged one.
 *
 * What is checked: no 5xx (but the 501 of `directurls`); a status that the
 * document lists; the content type; the body against the schema of that status
 * (error codes included); the headers it promises; what breaks the document
 * is refused, and what fits is not; the next page, the content and the journal
 * that an answer leads to are there.
 *
 * `--count N` requests (default 10,000) of `--seed N` (default: a new one,
 * which is printed). Exits 1 when something was found.
 *
 * @module
 */

import { parseArgs } from "node:util";
import {
  type RunReport,
  runRequests,
} from "../tests/server/property/_run_requests.ts";
import { formatTable } from "./bench/report_text.ts";

const SHOWN = 20;

const { values } = parseArgs({
  options: {
    count: { type: "string", default: "10000" },
    seed: { type: "string", default: String(Date.now() % 1_000_000) },
  },
});
const [requests, seed] = [Number(values.count), Number(values.seed)];
const startMs = performance.now();
const report = await runRequests({ count: requests, seed });
const seconds = (performance.now() - startMs) / 1000;
printTable(report);
for (const finding of report.findings.slice(0, SHOWN)) {
  const { index, operation, request, problems } = finding;
  console.log(
    `\n${index} ${operation}: ${problems.join("\n  ")}\n  ${request}`,
  );
}
console.log(
  `\n${requests} requests of seed ${seed} in ${seconds.toFixed(1)} s: ` +
    `${report.findings.length} answers are not as the document says`,
);
Deno.exit(report.findings.length === 0 ? 0 : 1);

function printTable({ counts, findings }: RunReport): void {
  const rows = [...counts].map(([operation, statuses]) => {
    const sorted = [...statuses].sort(([a], [b]) => a - b);
    return [
      operation,
      String(sorted.reduce((sum, [, count]) => sum + count, 0)),
      sorted.map(([status, count]) => `${status}: ${count}`).join(", "),
      String(findings.filter((one) => one.operation === operation).length),
    ];
  });
  console.log(formatTable(["operation", "requests", "answers", "wrong"], rows));
}
