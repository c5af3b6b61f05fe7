// deno-lint-ignore-file no-console -- a script speaks to its reader
/**
 * Measures hca against the tools that people would use instead:
 * `deno task bench`, or `deno task bench --quick` to see that all works.
 *
 * @module
 */

import { join } from "node:path";
import { benchBigFiles, benchCapped } from "./big_files.ts";
import { checkClaims } from "./claims.ts";
import { benchDurability } from "./durability_cost.ts";
import { growBytes, growFiles, growRows } from "./growth.ts";
import { HcaTool } from "./hca_tool.ts";
import { describeMachine } from "./machine.ts";
import { benchManyFiles, benchSmallFiles } from "./many_files.ts";
import { hasGnuTime } from "./measure.ts";
import { type BenchOptions, parseOptions, USAGE } from "./options.ts";
import { findOtherTools, type OtherTools } from "./other_tools.ts";
import { formatClaims, formatGrowth, formatItem } from "./report_text.ts";
import { benchResume } from "./resume_cost.ts";
import type { GrowthResult, ItemResult } from "./results.ts";
import { ContentMaker } from "./served_content.ts";
import { BenchServer } from "./server.ts";
import { Workbench } from "./workbench.ts";
import { writeReport } from "./write_report.ts";

const ITEMS: Record<string, (bench: Workbench) => Promise<ItemResult[]>> = {
  "many-files": benchManyFiles,
  "small-files": benchSmallFiles,
  "big-files": benchBigFiles,
  "capped": benchCapped,
  "resume": benchResume,
  "durability": benchDurability,
};

const GROWTHS: Record<string, (bench: Workbench) => Promise<GrowthResult>> = {
  "growth-bytes": growBytes,
  "growth-files": growFiles,
  "growth-rows": growRows,
};

try {
  const options = parseOptions(Deno.args);
  if (options.help) console.log(USAGE);
  else Deno.exitCode = await run(options) ? 0 : 1;
} catch (error) {
  console.error(`bench: ${error instanceof Error ? error.message : error}`);
  Deno.exitCode = 1;
}

/** Runs all that was asked for; false if a tool failed. */
async function run(options: BenchOptions): Promise<boolean> {
  const stop = new AbortController();
  const interrupt = () => stop.abort(new Error("interrupted"));
  Deno.addSignalListener("SIGINT", interrupt);
  const served = await temporaryDirectory(options.dataDir ?? await memory());
  const downloads = await temporaryDirectory(options.dir);
  await spreadDirectories(downloads);
  try {
    await using server = await BenchServer.start(served);
    const places = { served, downloads };
    const bench = await prepare(options, server, places, stop.signal);
    return await runItems(bench, await circumstances(bench, places));
  } finally {
    Deno.removeSignalListener("SIGINT", interrupt);
    await Deno.remove(served, { recursive: true });
    await Deno.remove(downloads, { recursive: true });
  }
}

async function prepare(
  options: BenchOptions,
  server: BenchServer,
  { served, downloads }: { served: string; downloads: string },
  signal: AbortSignal,
): Promise<Workbench> {
  const [lists, home] = [join(served, "lists"), join(served, "home")];
  await Deno.mkdir(lists);
  await Deno.mkdir(home);
  return new Workbench({
    options,
    server,
    lists,
    home,
    downloads,
    signal,
    hca: await HcaTool.find(options.hca, home),
    others: await findOtherTools(
      options.pythonHca,
      home,
      server.documentUrl("", "openapi"),
    ),
    contents: new ContentMaker(server.blobs),
    gnuTime: await hasGnuTime(),
  });
}

async function runItems(
  bench: Workbench,
  circumstances: string[],
): Promise<boolean> {
  console.log(circumstances.join("\n"));
  const items: ItemResult[] = [];
  const growths: GrowthResult[] = [];
  for (const [name, measureItem] of selected(ITEMS, bench)) {
    bench.say(`-- ${name}`);
    for (const item of await measureItem(bench)) {
      console.log(`\n${formatItem(item)}`);
      items.push(item);
    }
  }
  for (const [name, measureGrowth] of selected(GROWTHS, bench)) {
    bench.say(`-- ${name}`);
    const growth = await measureGrowth(bench);
    console.log(`\n${formatGrowth(growth)}`);
    growths.push(growth);
  }
  const claims = checkClaims(items, growths);
  const remark = bench.options.quick ? " (they are for the full sizes)" : "";
  console.log(`\nPromises${remark}:\n\n${formatClaims(claims)}`);
  if (bench.options.write) {
    await writeReport({ circumstances, claims, items, growths });
  }
  return hasNoFailure(items, growths);
}

function selected<T>(
  all: Record<string, T>,
  { options: { only } }: Workbench,
): [string, T][] {
  return Object.entries(all).filter(([name]) =>
    only.length === 0 || only.some((text) => name.includes(text))
  );
}

function hasNoFailure(
  items: readonly ItemResult[],
  growths: readonly GrowthResult[],
): boolean {
  const performances = [
    ...items.flatMap((item) => item.performances),
    ...growths.flatMap(({ curves }) =>
      curves.flatMap(({ points }) =>
        points.map(({ performance }) => performance)
      )
    ),
  ];
  return performances.every(({ failure }) => failure === undefined);
}

async function circumstances(
  { options, hca, others, server, gnuTime }: Workbench,
  { served, downloads }: { served: string; downloads: string },
): Promise<string[]> {
  const names: Record<keyof OtherTools, string> = {
    curl: "curl",
    openssl: "openssl",
    aria2: "aria2",
    python: "Python hca",
  };
  const { curl, openssl, aria2, python } = others;
  const tools = Object.entries({ curl, openssl, aria2, python });
  return [
    `date: ${new Date().toISOString().slice(0, 10)}`,
    ...await describeMachine(downloads, served),
    `server: ${server.name} on the same machine, over loopback`,
    `hca: ${hca.version}`,
    ...tools.map(([name, tool]) =>
      `${names[name as keyof OtherTools]}: ${tool?.version ?? "not there"}`
    ),
    `rounds: ${options.rounds}${
      options.quick ? ", small sizes (--quick)" : ""
    }`,
    ...gnuTime ? [] : ["no GNU time: memory and processor time not known"],
  ];
}

async function temporaryDirectory(dir?: string): Promise<string> {
  return await Deno.realPath(
    await Deno.makeTempDir({ dir, prefix: "hca-bench-" }),
  );
}

// Where the file system knows this (ext4), the runs below the directory get
// parts of the disk of their own, away from what others have just deleted.
async function spreadDirectories(directory: string): Promise<void> {
  const command = new Deno.Command("chattr", { args: ["+T", directory] });
  await command.output().catch(() => undefined);
}

async function memory(): Promise<string | undefined> {
  const isThere = await Deno.stat("/dev/shm").then(() => true, () => false);
  return isThere ? "/dev/shm" : undefined;
}
