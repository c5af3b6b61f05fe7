import assert from "node:assert/strict";
import { VERSION } from "../support/local_store.ts";
import type { KilledService } from "./_killed_service.ts";

/** What must be in the store after the service has said so. */
export interface Promised {
  what: "file" | "bundle";
  uuid: string;
  version: string;
  /** The content of a file, or the names in a bundle. */
  content: string;
  /** `either`: the service was killed before it had answered. */
  state: "there" | "gone" | "either";
}

/** A client that writes as long as the service answers, and what it was told. */
export class Client {
  /** What was acknowledged. */
  readonly promised: Promised[] = [];

  constructor(
    readonly service: KilledService,
    /** The directory of the sources. */
    readonly sources: string,
    readonly random: () => number,
  ) {}

  /** Writes until the service is gone; how many requests were answered. */
  async run(): Promise<number> {
    let answered = 0;
    while (await this.#writeBundle()) answered++;
    return answered;
  }

  /** Files, a bundle of them, a patch, maybe a deletion, and an import. */
  async #writeBundle(): Promise<boolean> {
    const small = await this.#putFile(`{"x": ${this.random()}}`);
    const large = await this.#putFile(
      "x".repeat(100_000 + this.#draw(200_000)),
    );
    if (small === undefined || large === undefined) return false;
    const uuid = crypto.randomUUID();
    const put = await this.service.send(
      "PUT",
      `/v1/bundles/${uuid}?replica=aws&version=${VERSION}`,
      { creator_uid: 1, files: [entry(small, "a.json"), entry(large, "b")] },
    );
    if (put === undefined) return false;
    assert.equal(put.status, 201, JSON.stringify(put));
    const bundle = this.#promise("bundle", uuid, VERSION, "a.json b");
    if (!await this.#patch(uuid, small)) return false;
    if (this.#draw(3) === 0 && !await this.#delete(bundle)) return false;
    return await this.#import();
  }

  async #putFile(content: string): Promise<string | undefined> {
    const uuid = crypto.randomUUID();
    const path = `${this.sources}/${uuid}.json`;
    await Deno.writeTextFile(path, content);
    const answer = await this.service.send(
      "PUT",
      `/v1/files/${uuid}?version=${VERSION}`,
      { creator_uid: 1, source_url: `file://${path}` },
    );
    if (answer === undefined) return undefined;
    const expected = content.length > 100_000 ? 202 : 201;
    assert.equal(answer.status, expected, JSON.stringify(answer));
    this.#promise("file", uuid, VERSION, content);
    return uuid;
  }

  async #patch(uuid: string, file: string): Promise<boolean> {
    const answer = await this.service.send(
      "PATCH",
      `/v1/bundles/${uuid}?replica=aws&version=${VERSION}`,
      { add_files: [entry(file, "c.json")] },
    );
    if (answer === undefined) return false;
    assert.equal(answer.status, 200, JSON.stringify(answer));
    const version = String(answer.body.version);
    this.#promise("bundle", uuid, version, "a.json b c.json");
    return true;
  }

  async #delete(bundle: Promised): Promise<boolean> {
    bundle.state = "either";
    const { uuid, version } = bundle;
    const answer = await this.service.send(
      "DELETE",
      `/v1/bundles/${uuid}?replica=aws&version=${version}`,
      { reason: "test" },
    );
    if (answer === undefined) return false;
    assert.equal(answer.status, 200, JSON.stringify(answer));
    bundle.state = "gone";
    return true;
  }

  async #import(): Promise<boolean> {
    const uuid = crypto.randomUUID();
    const directory = `${this.sources}/${uuid}`;
    await Deno.mkdir(directory);
    const names = Array.from({ length: 8 }, (_, index) => `${index}.json`);
    for (const name of names) {
      await Deno.writeTextFile(`${directory}/${name}`, `[${this.random()}]`);
    }
    const answer = await this.service.send("POST", "/import", {
      name: uuid,
      uuid,
    });
    if (answer === undefined) return false;
    assert.equal(answer.status, 200, JSON.stringify(answer));
    const version = String(answer.body.version);
    this.#promise("bundle", uuid, version, names.join(" "));
    return true;
  }

  #promise(
    what: Promised["what"],
    uuid: string,
    version: string,
    content: string,
  ): Promised {
    const promised: Promised = { what, uuid, version, content, state: "there" };
    this.promised.push(promised);
    return promised;
  }

  #draw(below: number): number {
    return Math.floor(this.random() * below);
  }
}

function entry(uuid: string, name: string): Record<string, unknown> {
  return { uuid, version: VERSION, name, indexed: name.endsWith(".json") };
}
