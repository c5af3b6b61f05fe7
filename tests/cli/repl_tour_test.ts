import assert from "node:assert/strict";
import { DssClient } from "../../mod.ts";
import { CancelledError } from "../../src/base/mod.ts";
import { tourSteps } from "../../src/commands/repl/tour/tour_steps.ts";
import { namesBelow, TestEnvironment } from "../support/test_environment.ts";
import { guidedSession, pressKeys, shownBy } from "./_guided.ts";

const MOUSE_BUNDLE =
  "7964d4b9-dc39-4c45-ac19-7ec68741d7c3.2019-08-01T224830.507486Z";
const STEP_COUNT = tourSteps("").length;

/** A world whose embedded store has the samples, with few reads. */
async function worldWithSamples(): Promise<TestEnvironment> {
  const hca = await TestEnvironment.create();
  await hca.addSamples();
  hca.terminal.height = 1000;
  return hca;
}

/** The lines that a tour shows behind its prompt. */
function promptedLines(text: string): string[] {
  return [...text.matchAll(/^hca local ▸ (.*)$/gm)].map((m) => m[1] ?? "");
}

Deno.test("tour runs all its lines without a keyboard, and leaves nothing behind", async () => {
  await using hca = await worldWithSamples();
  const session = guidedSession(hca);
  assert.equal(await session.run("tour", hca.controller.signal), 0);
  const out = shownBy(hca);
  assert.deepEqual(
    promptedLines(out),
    tourSteps("hca-tour").map(({ line }) => line),
  );
  // What the lines answered, each in its place.
  assert.match(out, /1\/7[^]*"total_hits": 3[^]*2\/7[^]*"total_hits": 1\n/);
  assert.match(out, /3\/7[^]*"name": "donor_organism_0\.json"[^]*4\/7/);
  assert.match(out, /6\/7[^]*"biomaterial_id": "mouse_P3"[^]*7\/7/);
  assert.match(out, /7\/7[^]*\[\n {2}"Mus musculus"\n\]/);
  assert.match(out, /What to try next/);
  assert.match(hca.terminal.errText, /done: 20 files \(20 fetched/);
  assert.match(hca.terminal.errText, /files verified.* all as they should be/);
  assert.match(out, /hca-tour\/ and what was in it is removed again\.\n$/);
  assert.deepEqual(namesBelow(hca.path()), []);
  assert.deepEqual(await Array.fromAsync(Deno.readDir(hca.path())), []);
});

Deno.test("tour uses the embedded store whatever service is used, and says so", async () => {
  await using hca = await worldWithSamples();
  await using other = await TestEnvironment.create();
  using dssClient = await DssClient.create({
    dataDir: other.dataDir,
    runtime: { fetch: () => Promise.reject(new TypeError("not to be asked")) },
  });
  hca.variables.set("HCA_SWAGGER_URL", "https://dss.example.org/swagger.json");
  const session = guidedSession(hca, { auth: "always" });
  Object.assign(session.environment, { dssClient });
  session.defaults.service = "https://dss.example.org/other.json";
  session.defaults.replica = "gcp";
  session.defaults.isReplicaChosen = true;
  session.defaults.dir = "elsewhere";
  const before = structuredClone(session.defaults);
  assert.equal(await session.run("tour", hca.controller.signal), 0);
  assert.match(shownBy(hca), /It\s+uses the embedded data store/);
  assert.deepEqual(hca.refusedRequests, []);
  assert.deepEqual(session.defaults, before);
  assert.deepEqual(namesBelow(hca.path("elsewhere")), []);
  assert.deepEqual(namesBelow(other.dataDir), []);
});

Deno.test("tour leaves last, references, jobs and history of the session alone", async () => {
  await using hca = await worldWithSamples();
  const session = guidedSession(hca);
  const { signal } = hca.controller;
  await session.run(`get-bundle ${MOUSE_BUNDLE}`, signal);
  const { references, lastAnswer } = session;
  const before = [references.text(1), references.last, references.itemCount];
  const answer = lastAnswer.value;
  assert.equal(before[2], 19);
  await session.run("tour", signal);
  const after = [references.text(1), references.last, references.itemCount];
  assert.deepEqual(after, before);
  assert.equal(lastAnswer.value, answer);
  assert.deepEqual(session.jobs.list(), []);
  assert.deepEqual(session.history, []);
});

Deno.test("tour goes on at Enter only", async () => {
  await using hca = await worldWithSamples();
  const answers: number[] = [];
  const counts = pressKeys(
    hca,
    ["x", "down", ...Array.from({ length: STEP_COUNT }, () => "return")],
    () => answers.push(shownBy(hca).match(/^found {2}/gm)?.length ?? 0),
  );
  const session = guidedSession(hca);
  assert.equal(await session.run("tour", hca.controller.signal), 0);
  // The first three keys are given before the first line runs.
  assert.deepEqual(answers.slice(0, 5), [0, 0, 0, 1, 2]);
  assert.equal(answers.length, STEP_COUNT + 2);
  assert.deepEqual(counts, { opened: STEP_COUNT, open: 0 });
  assert.match(shownBy(hca), /What to try next/);
});

for (const key of ["q", "escape", "ctrl-c", "ctrl-d", "the end of the input"]) {
  Deno.test(`tour ends at ${key}, and removes its download`, async () => {
    await using hca = await worldWithSamples();
    const enters = Array.from({ length: 5 }, () => "return");
    // After the download and its verification.
    const there: number[] = [];
    const last = key.includes(" ") ? [] : [key];
    const counts = pressKeys(hca, [...enters, ...last], () => {
      there.push(namesBelow(hca.path("hca-tour")).length);
    });
    const session = guidedSession(hca);
    assert.equal(await session.run("tour", hca.controller.signal), 0);
    assert.ok((there.at(-1) ?? 0) > 20, `${there}`);
    assert.match(shownBy(hca), /The tour ends here; 'tour' begins it again/);
    assert.doesNotMatch(shownBy(hca), /What to try next/);
    assert.deepEqual(namesBelow(hca.path()), []);
    assert.equal(counts.open, 0);
  });
}

Deno.test("tour that is stopped while a line runs ends with 130, and removes its download", async () => {
  await using hca = await worldWithSamples();
  const stop = new AbortController();
  const { runtime } = hca;
  let there = 0;
  const { createHash } = runtime;
  Object.assign(runtime, {
    createHash: (...args: Parameters<typeof createHash>) => {
      // The first content of the download arrives.
      there = [...Deno.readDirSync(hca.path())].length;
      stop.abort(new CancelledError("interrupted"));
      return createHash(...args);
    },
  });
  const session = guidedSession(hca);
  const signal = AbortSignal.any([hca.controller.signal, stop.signal]);
  assert.equal(await session.run("tour", signal), 130);
  assert.equal(there, 1);
  assert.match(hca.terminal.errText, /interrupted/);
  assert.match(shownBy(hca), /The tour ends here/);
  assert.deepEqual([...Deno.readDirSync(hca.path())], []);
});

Deno.test("tour that waits for a key ends with the program", async () => {
  await using hca = await worldWithSamples();
  const enters = Array.from({ length: 9 }, () => "return");
  const counts = pressKeys(hca, enters, (number) => {
    if (number < 6) return;
    const reason = new CancelledError("interrupted", { signalName: "SIGTERM" });
    hca.controller.abort(reason);
  });
  const session = guidedSession(hca);
  assert.equal(await session.run("tour", hca.controller.signal), 143);
  assert.equal(counts.open, 0);
  assert.deepEqual([...Deno.readDirSync(hca.path())], []);
});

Deno.test("tour leaves alone what has its name", async () => {
  if (Deno.build.os === "windows") return;
  await using hca = await worldWithSamples();
  await hca.write("hca-tour/mine.txt", "mine");
  await Deno.symlink("nowhere", hca.path("hca-tour-2"));
  const session = guidedSession(hca);
  assert.equal(await session.run("tour", hca.controller.signal), 0);
  assert.ok(promptedLines(shownBy(hca)).includes("verify hca-tour-3"));
  assert.deepEqual(namesBelow(hca.path()), ["hca-tour-2", "hca-tour/mine.txt"]);
});

Deno.test("tour over a store without the samples ends and says what it needs", async () => {
  await using hca = await TestEnvironment.create();
  {
    using store = await hca.openStore();
    await store.decideSamples(false);
  }
  const session = guidedSession(hca);
  assert.equal(await session.run("tour", hca.controller.signal), 2);
  assert.match(shownBy(hca), /3\/7[^]*It needs the sample\s+bundles/);
  assert.doesNotMatch(shownBy(hca), /4\/7/);
  assert.match(hca.terminal.errText, /there is no \$1/);
});

const REDIRECTED = ["tour > out.txt", "tour | cat"].flatMap((line) =>
  [true, false].map((isPerson) => ({ line, isPerson }))
);

for (const { line, isPerson } of REDIRECTED) {
  const whom = isPerson ? "a person" : "a script";
  Deno.test(`'${line}' is refused for ${whom}`, async () => {
    await using hca = await worldWithSamples();
    if (isPerson) pressKeys(hca, []);
    hca.startProgram = () => ({
      write: () => Promise.resolve(),
      finish: () => Promise.resolve(0),
      stop: () => {},
    });
    const session = guidedSession(hca);
    assert.equal(await session.run(line, hca.controller.signal), 2);
    assert.match(
      hca.terminal.errText,
      /^tour: error: the tour is for the screen\. Type 'tour' alone, without \|, > or &\.\n$/,
    );
    assert.equal(shownBy(hca), "");
    assert.deepEqual(namesBelow(hca.path()), []);
  });
}

Deno.test("tour says everything within 40 columns", async () => {
  await using hca = await worldWithSamples();
  hca.terminal.width = 40;
  pressKeys(hca, ["q"]);
  const session = guidedSession(hca);
  await session.run("tour", hca.controller.signal);
  const wide = shownBy(hca).split("\n").filter((line) => line.length > 40);
  assert.deepEqual(wide, []);
});
