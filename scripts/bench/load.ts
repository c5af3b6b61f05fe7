// deno-lint-ignore-file no-console -- a script speaks to its reader
/**
 * Measures the local service under a mixed load: starts `hca local serve` as a
 * process on a new store with samples, and asks it with many clients at once,
 * which read, search and write, and check every answer.
 *
 * `deno run --allow-all scripts/bench/load.ts [--seconds N] [--clients N]
 * [--seed N] [--write]`: 60 seconds and 64 clients unless said otherwise;
 * `--write` puts the figures into docs/local-service.md. Exits 1 when an
 * answer was wrong.
 *
 * @module
 */

import { parseArgs } from "node:util";
import { seeded } from "../../tests/support/seeded.ts";
import { LoadClient } from "./load_client.ts";
import { formatLoad, writeLoad } from "./load_report.ts";
import { LoadServer } from "./load_server.ts";
import type { StoredBundle } from "./load_piece.ts";
import { findBundles, MIX } from "./load_work.ts";
import { describeMachine } from "./machine.ts";

const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "60" },
    clients: { type: "string", default: "64" },
    seed: { type: "string", default: "1" },
    write: { type: "boolean", default: false },
  },
});
const [seconds, clients] = [Number(values.seconds), Number(values.clients)];
const errors = await measure();
Deno.exit(errors === 0 ? 0 : 1);

async function measure(): Promise<number> {
  await using server = await LoadServer.start();
  const client = new LoadClient(server, clients);
  const bundles = await findBundles(client);
  client.tallies.clear();
  const startMs = performance.now();
  const untilMs = startMs + seconds * 1000;
  await Promise.all(
    Array.from(
      { length: clients },
      (_, index) => workUntil(untilMs, client, bundles, index),
    ),
  );
  const elapsed = (performance.now() - startMs) / 1000;
  client.close();
  const table = formatLoad(client.tallies, elapsed);
  const text = `${await describeRun()}\n\n${table}`;
  console.log(text);
  for (const complaint of client.complaints) console.error(complaint);
  if (values.write) await writeLoad(text);
  return [...client.tallies.values()]
    .reduce((sum, tally) => sum + tally.errors, 0);
}

async function workUntil(
  untilMs: number,
  client: LoadClient,
  bundles: readonly StoredBundle[],
  index: number,
): Promise<void> {
  const random = seeded(Number(values.seed) * 1000 + index);
  const below = (limit: number) => Math.floor(random() * limit);
  while (performance.now() < untilMs) {
    let left = below(MIX.reduce((sum, [share]) => sum + share, 0));
    const [, work] = MIX.find(([share]) => (left -= share) < 0) ?? [];
    await work?.({ client, bundles, below });
  }
}

async function describeRun(): Promise<string> {
  const directory = Deno.env.get("TMPDIR") ?? "/tmp";
  const machine = (await describeMachine(directory, directory))
    .filter((line) => !line.startsWith("served"))
    .map((line) => line.replace("downloads go to", "the store is in"));
  const load = Deno.loadavg()[0]?.toFixed(1);
  return [
    `${clients} clients for ${seconds} seconds, measured with`,
    "",
    "```sh",
    "deno run --allow-all scripts/bench/load.ts" +
    (values.seconds === "60" ? "" : ` --seconds ${seconds}`) +
    (values.clients === "64" ? "" : ` --clients ${clients}`),
    "```",
    "",
    `on: ${
      machine.join("; ")
    }; Deno ${Deno.version.deno}. The clients run on ` +
    `the same cores, in one process. The load average at the end was ${load}. ` +
    "Times are to the last byte of an answer, and every answer was checked.",
  ].join("\n");
}
