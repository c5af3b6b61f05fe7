// deno-lint-ignore-file no-console -- a script speaks to its reader
/**
 * Runs the fault suite and shows what came of each row. `--system` adds what
 * needs root, mounts and tools of Linux, and does the random rounds in full;
 * `--write` puts the table into `docs/reliability.md`. Words after these go
 * to `deno test`.
 *
 * @module
 */

import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { FAULT_MATRIX, type FaultRow } from "../tests/faults/_matrix.ts";
import type { TestResult } from "../tests/faults/_suite.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const DOCUMENT = join(root, "docs", "reliability.md");
const BEGIN = "<!-- made by scripts/faults.ts -->";

const isSystem = Deno.args.includes("--system");
const writes = Deno.args.includes("--write");
const others = Deno.args.filter((word) =>
  word !== "--system" && word !== "--write"
);

const results = await runSuite();
const table = formatResults(results);
if (writes) await writeTable(table);
const failed = results.filter(({ passed }) => !passed);
for (const { row, when } of failed) {
  console.error(`failed: ${row} when ${when}`);
}
console.log(`${results.length - failed.length} of ${results.length} passed`);
Deno.exit(failed.length > 0 || results.length === 0 ? 1 : 0);

async function runSuite(): Promise<TestResult[]> {
  const path = await Deno.makeTempFile({ prefix: "hca-faults-" });
  try {
    await new Deno.Command(Deno.execPath(), {
      args: ["test", "--allow-all", "tests/faults", ...others],
      cwd: root,
      env: {
        HCA_FAULTS_RESULTS: path,
        ...(isSystem && {
          HCA_FAULTS_OS: "1",
          HCA_FAULTS_ROUNDS: Deno.env.get("HCA_FAULTS_ROUNDS") ?? "200",
          HCA_FAULTS_WINDOW_MS: "10000",
        }),
      },
    }).spawn().status;
    const lines = (await Deno.readTextFile(path)).split("\n");
    return lines.filter(Boolean).map((line) => JSON.parse(line));
  } finally {
    await Deno.remove(path);
  }
}

function formatResults(found: readonly TestResult[]): string {
  const kinds = FAULT_MATRIX.map(({ title, rows }) =>
    [
      `### ${title}`,
      "",
      "| row | fault | injected: when … | expected: hca … | result | test |",
      "| --- | --- | --- | --- | --- | --- |",
      ...rows.flatMap((row) => formatRow(row, found)),
      "",
    ].join("\n")
  );
  const notes = FAULT_MATRIX.flatMap(({ rows }) => rows).flatMap((row) =>
    row.notInjected === undefined
      ? []
      : [`- ${row.row}, ${row.fault}: ${row.notInjected}.`]
  );
  return [
    ...kinds,
    "### What is not made to happen",
    "",
    ...notes,
    "",
  ].join("\n");
}

function formatRow(
  { row, fault, elsewhere, notInjected }: FaultRow,
  found: readonly TestResult[],
): string[] {
  const lines = found.filter((result) => result.row === row).map((result) => {
    const result1 = result.passed ? "passed" : "FAILED";
    const result2 = [result1, result.note].filter(Boolean).join("; ");
    return [
      row,
      fault,
      result.when,
      result.does,
      result2,
      `\`${result.file}\``,
    ];
  });
  if (elsewhere !== undefined) {
    lines.push([row, fault, "", "", "see there", `\`${elsewhere}\``]);
  }
  if (lines.length === 0) {
    const why = notInjected === undefined
      ? "not run"
      : "not injected, see below";
    lines.push([row, fault, "", "", why, ""]);
  }
  return lines.map((cells) => `| ${cells.map(cellText).join(" | ")} |`);
}

/** Text in a cell; what is code for Markdown is shown as it is. */
function cellText(text: string): string {
  return text.startsWith("`")
    ? text
    : text.replace(/[\\`*_<>[\]~]/g, "\\$&").replaceAll("|", "\\|");
}

async function writeTable(text: string): Promise<void> {
  const document = await Deno.readTextFile(DOCUMENT);
  const [promises = ""] = document.split(BEGIN, 1);
  const deno = `Deno ${Deno.version.deno}, ${Deno.build.target}`;
  const how = `Last run: ${new Date().toISOString().slice(0, 10)}, ${deno}.`;
  await Deno.writeTextFile(
    DOCUMENT,
    `${promises}${BEGIN}\n\n${how}\n\n${text}`,
  );
  await new Deno.Command(Deno.execPath(), { args: ["fmt", "-q", DOCUMENT] })
    .output();
}
