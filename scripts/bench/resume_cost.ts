import { hcaManifest } from "./many_files.ts";
import { allocatedBytes, measure } from "./measure.ts";
import type { ItemResult } from "./results.ts";
import { median } from "./statistics.ts";
import { formatSize, GIB, MIB, short } from "./units.ts";
import type { Contestant, Performance, Workbench } from "./workbench.ts";

/** What it costs to stop a download by Ctrl-C and to go on. */
export async function benchResume(bench: Workbench): Promise<ItemResult[]> {
  const blob = await bench.contents.make(0, bench.scaled(GIB, 256 * MIB));
  const route = "/logged";
  const contestant = await hcaManifest(bench, [blob], { route });
  const whole: Performance = { tool: "hca", samples: [], failure: undefined };
  const second: Performance = {
    tool: "hca again, stopped at half",
    samples: [],
    failure: undefined,
  };
  const fetchedAgain: number[] = [];
  for (let round = 0; round < bench.options.rounds; round++) {
    const [performance] = await bench.compete([contestant]);
    whole.samples.push(...performance?.samples.slice(0, 1) ?? []);
    await bench.server.takeLoggedBytes();
    await bench.inFreshDirectory(async (directory) => {
      await stopAt(bench, contestant, directory, blob.sizeBytes / 2);
      const first = await loggedBytes(bench);
      const program = await contestant.program(directory);
      try {
        second.samples.push(await measure(program, directory, bench));
      } catch (error) {
        bench.signal.throwIfAborted();
        second.failure = `${error}`;
      }
      const both = first + await loggedBytes(bench);
      fetchedAgain.push(both - blob.sizeBytes);
    }, blob);
  }
  await bench.contents.remove([blob]);
  const twice = median(fetchedAgain);
  return [{
    id: "resume",
    title: `One file of ${formatSize(blob.sizeBytes)}, ` +
      "interrupted at half and run again",
    rate: { unit: "MB/s", amount: blob.sizeBytes / 1e6 },
    performances: [whole, second],
    notes: [
      `Sent by the server in both runs beyond the size of the file: ` +
      `${short(twice / MIB)} MiB, ${short(twice / blob.sizeBytes * 100)} % ` +
      "(median). This includes what was under way in the socket when the " +
      "first run was stopped.",
    ],
  }];
}

async function stopAt(
  bench: Workbench,
  contestant: Contestant,
  directory: string,
  sizeBytes: number,
): Promise<void> {
  const { argv: [path = "", ...args], env } = await contestant.program(
    directory,
  );
  const process = new Deno.Command(path, {
    args,
    env,
    cwd: directory,
    stdin: "null",
    stdout: "null",
    stderr: "null",
    signal: bench.signal,
  }).spawn();
  let isRunning = true;
  const ended = process.status.then(() => isRunning = false);
  while (isRunning && await allocatedBytes(directory) < sizeBytes) {
    await pause(10);
  }
  if (isRunning) process.kill("SIGINT");
  await ended;
}

// The server writes its log when it notices the end of a connection.
async function loggedBytes(bench: Workbench): Promise<number> {
  let bytes = 0;
  for (let tries = 0; tries < 50 && bytes === 0; tries++) {
    await pause(50);
    bytes = await bench.server.takeLoggedBytes();
  }
  await pause(200);
  return bytes + await bench.server.takeLoggedBytes();
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
