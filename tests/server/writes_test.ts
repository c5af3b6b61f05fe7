/**
 * Random writes against a model of the rules. `HCA_SEED` repeats a run,
 * `HCA_STEPS` says how long it is.
 *
 * @module
 */

import assert from "node:assert/strict";
import { seeded } from "../support/seeded.ts";
import { uuidOf } from "../support/local_store.ts";
import { type Entry, WritingStore } from "./_writing_store.ts";
import { WriteModel } from "./_write_model.ts";

const SEED = Number(Deno.env.get("HCA_SEED") ?? 7);
const STEPS = Number(Deno.env.get("HCA_STEPS") ?? 500);
const VERSIONS = ["2019-01-01", "2019-01-02", "2019-01-03"]
  .map((day) => `${day}T000000.000000Z`);
const CONTENTS = ["{}", '{"a": 1}', "[2]", "no JSON", ""];

/** A run: the store, the model, and the draws of both. */
class Run {
  readonly #random = seeded(SEED);
  readonly model = new WriteModel();

  constructor(readonly store: WritingStore) {}

  pick<T>(all: readonly T[]): T {
    return all[Math.floor(this.#random() * all.length)] as T;
  }

  number(below: number): number {
    return Math.floor(this.#random() * below);
  }

  async step(): Promise<void> {
    const steps = [
      () => this.putFile(),
      () => this.putFile(),
      () => this.putBundle(),
      () => this.putBundle(),
      () => this.patchBundle(),
      () => this.patchBundle(),
      () => this.deleteBundle(),
      () => this.compareSome(),
    ];
    await this.pick(steps)();
    if (this.number(3) === 0) await this.store.clock.advance(this.number(3));
  }

  async putFile(): Promise<void> {
    const { store, model } = this;
    const uuid = uuidOf(this.number(5), "f");
    const version = this.pick(VERSIONS);
    const content = this.pick(CONTENTS);
    const [extension, contentType] = this.pick([
      ["json", "application/json"],
      ["txt", "text/plain"],
    ]);
    const creatorUid = this.pick([1, 1, 1, 2]);
    const name = `${CONTENTS.indexOf(content)}.${extension}`;
    const url = await store.source(name, content);
    const answer = await store.putFile(uuid, url, { version, creatorUid });
    await answer.body?.cancel();
    const file = { content, creatorUid, contentType };
    assert.equal(answer.status, model.putFile(`${uuid}.${version}`, file));
  }

  entry(): Entry {
    return {
      name: this.pick(["a_0.json", "b_0.json", "c.txt", "d/e.json"]),
      uuid: uuidOf(this.number(5), "f"),
      version: this.pick(VERSIONS),
      indexed: this.number(2) === 0,
    };
  }

  entries(): Entry[] {
    return Array.from({ length: this.number(3) }, () => this.entry());
  }

  bundle(): [uuid: string, version: string] {
    const known = [...this.model.bundles.keys()];
    if (known.length > 0 && this.number(3) > 0) {
      const [uuid = "", ...rest] = this.pick(known).split(".");
      return [uuid, rest.join(".")];
    }
    return [uuidOf(this.number(6)), this.pick(VERSIONS)];
  }

  async putBundle(): Promise<void> {
    const { store, model } = this;
    const [uuid, version] = this.bundle();
    const known = model.bundles.get(`${uuid}.${version}`);
    const entries = known !== undefined && this.number(2) === 0
      ? known.entries
      : this.entries();
    const creatorUid = this.pick([1, 1, 1, 2]);
    const answer = await store.putBundle(uuid, entries, {
      version,
      creatorUid,
    });
    await answer.body?.cancel();
    const expected = model.putBundle(`${uuid}.${version}`, {
      creatorUid,
      entries,
    });
    assert.equal(answer.status, expected);
  }

  async patchBundle(): Promise<void> {
    const { store, model } = this;
    const [uuid, version] = this.bundle();
    const base = model.bundles.get(`${uuid}.${version}`)?.entries ?? [];
    const remove = [
      ...base.filter(() => this.number(2) === 0),
      ...this.entries(),
    ];
    const add = this.entries();
    const answer = await store.send(
      "PATCH",
      `/bundles/${uuid}?replica=aws&version=${version}`,
      { remove_files: remove, add_files: add },
    );
    const { version: newVersion } = await answer.json();
    const expected = model.patchBundle(
      `${uuid}.${version}`,
      remove,
      add,
      () => `${uuid}.${newVersion}`,
    );
    assert.equal(answer.status, expected);
  }

  async deleteBundle(): Promise<void> {
    const [uuid, version] = this.bundle();
    const reason = this.pick(["one", "two"]);
    const isWhole = this.number(4) === 0;
    const answer = await this.store.deleteBundle(uuid, {
      reason,
      ...(!isWhole && { version }),
    });
    await answer.body?.cancel();
    const expected = this.model
      .deleteBundle(uuid, isWhole ? "" : version, reason);
    assert.equal(answer.status, expected);
  }

  async compareSome(): Promise<void> {
    await this.#compareBundle(...this.bundle());
    await this.#compareFile(uuidOf(this.number(5), "f"), this.pick(VERSIONS));
  }

  async #compareFile(uuid: string, version: string): Promise<void> {
    const file = this.model.files.get(`${uuid}.${version}`);
    assert.equal(
      await this.store.contentOf(uuid, version),
      file?.content ?? 404,
    );
  }

  async #compareBundle(uuid: string, version: string): Promise<void> {
    const { store, model } = this;
    const namesOf = (key: string | undefined) =>
      model.bundles.get(key ?? "")?.entries.map(({ name }) => name) ?? 404;
    const key = `${uuid}.${version}`;
    const found = await store.namesOf(uuid, version);
    assert.deepEqual(found, model.isDead(key) ? 404 : namesOf(key));
    const latest = model.living().filter((one) => one.startsWith(`${uuid}.`));
    assert.deepEqual(await store.namesOf(uuid), namesOf(latest.at(-1)));
  }

  async compareAll(): Promise<void> {
    const { store, model } = this;
    for (const key of model.files.keys()) {
      const [uuid = "", ...rest] = key.split(".");
      await this.#compareFile(uuid, rest.join("."));
    }
    for (const key of model.bundles.keys()) {
      const [uuid = "", ...rest] = key.split(".");
      await this.#compareBundle(uuid, rest.join("."));
    }
    assert.deepEqual(await this.#listed(), model.living());
    assert.deepEqual(await this.#found(false), model.living());
    const dead = [...model.bundles.keys()].filter((key) => model.isDead(key));
    assert.deepEqual(await this.#found(true), dead.sort());
    assert.deepEqual(await store.problems(), []);
  }

  async #listed(): Promise<string[]> {
    const keys: string[] = [];
    let path = "/bundles/all?replica=aws&per_page=10";
    while (true) {
      const answer = await this.store.send("GET", path);
      const { bundles, link } = await answer.json();
      for (const { uuid, version } of bundles) keys.push(`${uuid}.${version}`);
      if (answer.status === 200) return keys;
      path = link.replace(/^.*\/v1/, "");
    }
  }

  async #found(isDead: boolean): Promise<string[]> {
    const dead = { term: { admin_deleted: true } };
    const query = isDead ? dead : { bool: { must_not: dead } };
    const path = "/search?replica=aws&per_page=500";
    const answer = await this.store.send("POST", path, { es_query: { query } });
    const { results, total_hits } = await answer.json();
    assert.equal(results.length, total_hits);
    return results.map((hit: { bundle_fqid: string }) => hit.bundle_fqid)
      .sort();
  }
}

Deno.test(`${STEPS} random writes leave what the rules say (seed ${SEED})`, async () => {
  await using store = await WritingStore.open();
  const run = new Run(store);
  for (let step = 1; step <= STEPS; step++) {
    await run.step().catch((error) => {
      throw new Error(`step ${step} of seed ${SEED}: ${error.message}`, {
        cause: error,
      });
    });
    if (step % 250 === 0) await run.compareAll();
  }
  await run.compareAll();
  assert.ok(run.model.bundles.size > 12);
  assert.ok(run.model.living().length > 0);
});
