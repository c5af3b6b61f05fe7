/**
 * A service that is killed while it is written to. `HCA_FAULTS_ROUNDS` is how
 * often; few suffice to see that it works, many to see that it always does.
 *
 * @module
 */

import assert from "node:assert/strict";
import {
  createNodeHash,
  denoClock,
  denoFiles,
  openSqlite,
} from "../../src/platform/mod.ts";
import { LocalDss } from "../../src/server/local_dss.ts";
import { seeded } from "../support/seeded.ts";
import { Client, type Promised } from "./_acknowledged.ts";
import { KilledService } from "./_killed_service.ts";

const ROUNDS = Number(Deno.env.get("HCA_FAULTS_ROUNDS") ?? 8);
// A store is checked whole after each round, so it must not grow for ever.
const ROUNDS_PER_STORE = 10;
const CLIENTS = 4;
const LATEST_MS = 600;

const random = seeded(ROUNDS);

/** Opens a store two minutes later, when whoever died holds nothing. */
async function openLater(dataDir: string): Promise<LocalDss> {
  return await LocalDss.open({
    dataDir,
    runtime: {
      files: denoFiles,
      clock: { ...denoClock, now: () => Date.now() + 120_000 },
      random: Math.random,
      createHash: createNodeHash,
    },
    openDatabase: openSqlite,
    version: "1.2.3",
    settings: { directories: [`${dataDir}/../sources`] },
  });
}

/** What does not hold of a promise; undefined when all does. */
async function whyBroken(
  dss: LocalDss,
  { what, uuid, version, content, state }: Promised,
): Promise<string | undefined> {
  const get = (url: string) => dss.handler(new Request(url));
  const path = `http://dss.test/v1/${what}s/${uuid}`;
  const answer = await get(`${path}?replica=aws&version=${version}`);
  const isGone = answer.status === 404;
  const fault = `${what} ${uuid}.${version} is ${answer.status}`;
  if (isGone) return state === "there" ? fault : undefined;
  if (state === "gone") return fault;
  if (what === "file") {
    const blob = await get(answer.headers.get("location") ?? "");
    return await blob.text() === content ? undefined : `${fault}, and wrong`;
  }
  const { bundle } = await answer.json();
  const names = bundle.files.map(({ name }: { name: string }) => name);
  return names.join(" ") === content ? undefined : `${fault}, and wrong`;
}

/** Serves, writes, kills; what was acknowledged. */
async function killOnce(root: string): Promise<Promised[]> {
  const sources = `${root}/sources`;
  const service = await KilledService.start(`${root}/data`, sources);
  const clients = Array.from(
    { length: CLIENTS },
    () => new Client(service, sources, random),
  );
  const running = clients.map((client) => client.run());
  const delayMs = random() * LATEST_MS;
  await new Promise((resolve) => setTimeout(resolve, delayMs));
  await service.kill();
  await Promise.all(running);
  return clients.flatMap(({ promised }) => promised);
}

/** The whole store, after it was opened again. */
async function checkAll(
  dataDir: string,
  promised: Promised[],
): Promise<number> {
  using dss = await openLater(dataDir);
  await dss.runDueTasks(AbortSignal.timeout(60_000));
  // Nobody works on it, so whatever is left over is old enough.
  const options = { olderThanMs: -Infinity, removesLeftovers: true };
  const problems = await Array.fromAsync(dss.check(options));
  assert.deepEqual(problems.filter(({ isHarmless }) => !isHarmless), []);
  const faults: string[] = [];
  for (const one of promised) {
    const why = await whyBroken(dss, one);
    if (why !== undefined) faults.push(why);
  }
  assert.deepEqual(faults, []);
  assert.deepEqual(await Array.fromAsync(dss.check(options)), []);
  return problems.length;
}

Deno.test(`a service that is killed ${ROUNDS} times keeps what it has acknowledged and shows nothing by halves`, async () => {
  let acknowledged = 0;
  let leftovers = 0;
  for (let round = 0; round < ROUNDS; round += ROUNDS_PER_STORE) {
    const root = await Deno.realPath(
      await Deno.makeTempDir({ prefix: "hca-killed-" }),
    );
    try {
      await Deno.mkdir(`${root}/sources`);
      const promised: Promised[] = [];
      const rounds = Math.min(ROUNDS_PER_STORE, ROUNDS - round);
      for (let count = 0; count < rounds; count++) {
        promised.push(...await killOnce(root));
        leftovers += await checkAll(`${root}/data`, promised);
      }
      acknowledged += promised.length;
    } finally {
      await Deno.remove(root, { recursive: true });
    }
  }
  // deno-lint-ignore no-console -- the figures of a long run
  console.log(
    `${ROUNDS} kills, ${acknowledged} acknowledged writes, ` +
      `${leftovers} leftovers removed`,
  );
  assert.ok(acknowledged > ROUNDS, `only ${acknowledged} writes`);
});
