/**
 * Manifests as long as they come.
 *
 * @module
 */

import assert from "node:assert/strict";
import { join } from "node:path";
import { BUNDLE_VERSION } from "../_service.ts";
import { createGiven, downloadWords, type Given } from "../_case.ts";
import { systemTest } from "./_system.ts";

const COLUMNS = "file_name\tfile_uuid\tfile_version\tfile_sha256\tfile_size\n";
const MOST_MIB = 150;

systemTest(import.meta.url, {
  row: "M01",
  when: "a manifest has a million rows",
  does: `plans it within ${MOST_MIB} MiB of memory`,
}, async (note) => {
  await using given = await createGiven();
  const few = await peakOfDryRun(given, 1000);
  const many = await peakOfDryRun(given, 1_000_000);
  note(`${few} MiB for 1,000 rows, ${many} MiB for 1,000,000`);
  assert.ok(many < MOST_MIB, `${many} MiB`);
});

/** Peak memory of planning a manifest of so many rows, MiB. */
async function peakOfDryRun(
  { sandbox, service }: Given,
  rows: number,
): Promise<number> {
  await writeManifest(join(sandbox.work, "manifest.tsv"), rows);
  const words = downloadWords(service, ["--dry-run"]).slice(6);
  const child = sandbox.spawn([
    ...["dss", "download-manifest", "--replica", "aws"],
    ...["--manifest", "manifest.tsv", ...words],
  ]);
  let peakKib = 0;
  const timer = setInterval(() => {
    try {
      const status = Deno.readTextFileSync(`/proc/${child.pid}/status`);
      peakKib = Math.max(
        peakKib,
        Number(/^VmHWM:\s*(\d+)/m.exec(status)?.[1] ?? 0),
      );
    } catch {
      // It has ended.
    }
  }, 20);
  const { code, stdout, stderr } = await child.output();
  clearInterval(timer);
  const decoder = new TextDecoder();
  assert.equal(code, 0, decoder.decode(stderr));
  const said = decoder.decode(stdout).replaceAll(",", "");
  assert.match(said, new RegExp(`^to fetch: ${rows} files`, "m"));
  return Math.round(peakKib / 1024);
}

async function writeManifest(path: string, rows: number): Promise<void> {
  using file = await Deno.create(path);
  const encoder = new TextEncoder();
  const write = (text: string) => {
    let bytes = encoder.encode(text);
    while (bytes.length > 0) bytes = bytes.subarray(file.writeSync(bytes));
  };
  write(COLUMNS);
  for (let at = 0; at < rows;) {
    let block = "";
    for (const end = Math.min(rows, at + 10_000); at < end; at++) {
      const hex = at.toString(16).padStart(12, "0");
      block += `file-${at}.fastq.gz\tffffffff-0000-4000-8000-${hex}\t` +
        `${BUNDLE_VERSION}\t${hex.repeat(5)}${hex.slice(0, 4)}\t1000\n`;
    }
    write(block);
  }
}
