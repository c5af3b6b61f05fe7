import assert from "node:assert/strict";
import type { Fetch, JmesPath, JsonObject } from "../../../src/base/mod.ts";
import {
  createNodeHash,
  createRuntime,
  denoFiles,
  openSqlite,
} from "../../../src/platform/mod.ts";
import { compileJmesPath } from "../../../src/platform/npm_jmespath.ts";
import { LocalDss } from "../../../src/server/local_dss.ts";
import {
  LocalStore,
  ORIGIN,
  type SmallBundle,
} from "../../support/local_store.ts";
import { createMemoryLog, type MemoryLog } from "../../support/memory_log.ts";
import { ADMIN, storeKey } from "../_secured_store.ts";
import { exportPrivateKey } from "../../../src/jwt/mod.ts";
import { Webhook } from "./_webhook.ts";

/** The one who subscribes unless a test says otherwise. */
export const OWNER = "owner@example.org";

/** JMESPath by the library. */
export const jmesPath: JmesPath = (text, limits) =>
  Promise.resolve(compileJmesPath(text, limits));

/** What may be replaced in a {@linkcode NotifyWorld}. */
export interface WorldOptions {
  /** Hosts that may be notified. */
  callbackHosts?: string[];
  /** Default: the library; null: none. */
  jmesPath?: JmesPath | null;
  /** Default: the real network. */
  fetch?: Fetch;
}

/** A store, a receiver, and the network between them. */
export class NotifyWorld implements AsyncDisposable {
  /** The directory and the clock. */
  readonly store: LocalStore;
  /** Where notifications go. */
  readonly hook = new Webhook();
  /** What the service said to people. */
  readonly log: MemoryLog = createMemoryLog();
  /** The service; {@linkcode restart} makes another one. */
  dss: LocalDss;
  readonly #runtime = createRuntime();

  private constructor(store: LocalStore) {
    this.store = store;
    this.dss = store.dss;
  }

  /** Makes an empty store. */
  static async open(options: WorldOptions = {}): Promise<NotifyWorld> {
    const store = await LocalStore.open();
    // Making a key takes long.
    await Deno.writeTextFile(
      `${store.dataDir}/signing_key.pem`,
      await exportPrivateKey((await storeKey()).privateKey),
    );
    const world = new NotifyWorld(store);
    world.dss = await world.#open(options);
    return world;
  }

  /** Opens the store as another process would, after the end of this one. */
  async restart(options: WorldOptions = {}): Promise<void> {
    this.dss[Symbol.dispose]();
    this.dss = await this.#open(options);
  }

  /** Opens the store of a world once more, as a process beside it would. */
  static async beside(
    world: NotifyWorld,
    options: WorldOptions = {},
  ): Promise<LocalDss> {
    return await world.#open(options);
  }

  async #open(options: WorldOptions): Promise<LocalDss> {
    const { fetch = this.#runtime.fetch, callbackHosts = [] } = options;
    const { log } = this.log;
    const random = Math.random;
    const { clock, dataDir } = this.store;
    const library = options.jmesPath === undefined
      ? jmesPath
      : options.jmesPath ?? undefined;
    return await LocalDss.open({
      dataDir,
      runtime: {
        files: denoFiles,
        clock,
        random,
        createHash: createNodeHash,
        fetch,
        log,
      },
      openDatabase: openSqlite,
      version: "1.2.3",
      admins: [ADMIN],
      settings: { callbackHosts },
      ...(library && { jmesPath: library }),
    });
  }

  /** Calls an operation as somebody; a path is below `/v1`. */
  async call(
    method: string,
    path: string,
    { email = OWNER, body }: { email?: string; body?: unknown } = {},
  ): Promise<Response> {
    const { accessToken } = await this.dss.issueTokens({ email, group: "hca" });
    return await this.dss.handler(
      new Request(`${ORIGIN}/v1${path}`, {
        method,
        headers: {
          authorization: `Bearer ${accessToken}`,
          ...(body !== undefined && { "content-type": "application/json" }),
        },
        body: body === undefined ? undefined : JSON.stringify(body),
      }),
    );
  }

  /** Calls an operation that must go well, and gives its answer. */
  async json(
    method: string,
    path: string,
    options: { email?: string; body?: unknown } = {},
  ): Promise<JsonObject> {
    const answer = await this.call(method, path, options);
    const text = await answer.text();
    assert.ok(answer.ok, `${answer.status} ${text}`);
    return JSON.parse(text);
  }

  /** Subscribes the receiver, and gives the uuid. */
  async subscribe(
    wishes: JsonObject = {},
    { replica = "aws", email = OWNER }: { replica?: string; email?: string } =
      {},
  ): Promise<string> {
    const { uuid } = await this.json(
      "PUT",
      `/subscriptions?replica=${replica}`,
      {
        email,
        body: { callback_url: this.hook.url, ...wishes },
      },
    );
    return String(uuid);
  }

  /** Stores a bundle; nothing is sent yet. */
  async add(bundle: SmallBundle): Promise<void> {
    await this.store.add(bundle, this.dss);
  }

  /** Deletes a bundle, or one version of it; nothing is sent yet. */
  async remove(uuid: string, version?: string): Promise<void> {
    const query = version === undefined ? "" : `&version=${version}`;
    await this.json("DELETE", `/bundles/${uuid}?replica=aws${query}`, {
      email: ADMIN,
      body: { reason: "wrong" },
    });
  }

  /** Does what is due, as a command does. */
  async run(): Promise<void> {
    await this.dss.runDueTasks(new AbortController().signal);
  }

  /** Does what becomes due, as a server does, until it is disposed of. */
  serve(): AsyncDisposable {
    const ending = new AbortController();
    const running = this.dss.runTasksUntil(ending.signal);
    return {
      async [Symbol.asyncDispose]() {
        ending.abort();
        await running;
      },
    };
  }

  /** Ends everything. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.hook[Symbol.asyncDispose]();
    this.#runtime[Symbol.dispose]();
    this.dss[Symbol.dispose]();
    await this.store[Symbol.asyncDispose]();
  }
}
