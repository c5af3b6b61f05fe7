import type { Database, Fetch } from "../../src/base/mod.ts";
import { exportPrivateKey } from "../../src/jwt/mod.ts";
import {
  createNodeHash,
  denoFiles,
  openSqlite,
} from "../../src/platform/mod.ts";
import { LocalDss } from "../../src/server/local_dss.ts";
import type { ServiceSettings } from "../../src/server/service_settings.ts";
import { FakeClock, settle } from "../support/fake_clock.ts";
import { ORIGIN, VERSION } from "../support/local_store.ts";
import { createMemoryLog, type MemoryLog } from "../support/memory_log.ts";
import { ADMIN, storeKey } from "./_secured_store.ts";

/** The creator of everything, unless a test says another one. */
export const CREATOR = 8008;

/** What may be replaced in a {@linkcode WritingStore}. */
export interface WritingOptions {
  settings?: Partial<ServiceSettings>;
  fetch?: Fetch;
  clock?: FakeClock;
  admins?: readonly string[];
  openDatabase?: (path: string) => Database;
}

/** A file as it is listed for a bundle. */
export interface Entry {
  uuid: string;
  version: string;
  name: string;
  indexed: boolean;
}

/** An embedded DSS that is written to, with a directory for sources. */
export class WritingStore implements AsyncDisposable {
  /** What was logged. */
  readonly log: MemoryLog;
  readonly #opened: LocalDss[] = [];
  readonly #tokens = new Map<string, string>();

  private constructor(
    /** The directory of everything here. */
    readonly root: string,
    /** Moves by hand. */
    readonly clock: FakeClock,
    /** The DSS. */
    readonly dss: LocalDss,
    log: MemoryLog,
    readonly options: WritingOptions,
  ) {
    this.log = log;
    this.#opened.push(dss);
  }

  /** Makes an empty store, which reads `file://` below its sources. */
  static async open(options: WritingOptions = {}): Promise<WritingStore> {
    const root = await Deno.realPath(
      await Deno.makeTempDir({ prefix: "hca-writing-" }),
    );
    await Deno.mkdir(`${root}/sources`);
    await Deno.mkdir(`${root}/data`);
    // One key for all stores, because making one takes long.
    const key = await exportPrivateKey((await storeKey()).privateKey);
    await Deno.writeTextFile(`${root}/data/signing_key.pem`, key);
    const clock = options.clock ?? new FakeClock();
    const log = createMemoryLog();
    const dss = await openDss(root, clock, log, options);
    return new WritingStore(root, clock, dss, log, options);
  }

  /** The directory of the store. */
  get dataDir(): string {
    return `${this.root}/data`;
  }

  /** Opens the same directory once more, as another process would. */
  async reopen(options: WritingOptions = this.options): Promise<LocalDss> {
    const dss = await openDss(this.root, this.clock, this.log, options);
    this.#opened.push(dss);
    return dss;
  }

  /** Writes a source and returns its address. */
  async source(name: string, content: string | Uint8Array): Promise<string> {
    const path = `${this.root}/sources/${name}`;
    await Deno.mkdir(path.replace(/\/[^/]*$/, ""), { recursive: true });
    if (typeof content === "string") await Deno.writeTextFile(path, content);
    else await Deno.writeFile(path, content);
    return this.sourceUrl(name);
  }

  /** The address of a source. */
  sourceUrl(name: string): string {
    return `file://${this.root}/sources/${name}`;
  }

  /** A token; default: the administrator's. */
  async token(email = ADMIN, group = "hca"): Promise<string> {
    const key = `${email} ${group} ${this.clock.now()}`;
    const known = this.#tokens.get(key);
    if (known !== undefined) return known;
    const { accessToken } = await this.dss.issueTokens({ email, group });
    this.#tokens.set(key, accessToken);
    return accessToken;
  }

  /** Asks the service with a token. */
  async send(
    method: string,
    path: string,
    body?: unknown,
    { email, dss = this.dss }: { email?: string; dss?: LocalDss } = {},
  ): Promise<Response> {
    return await dss.handler(
      new Request(`${ORIGIN}/v1${path}`, {
        method,
        headers: {
          authorization: `Bearer ${await this.token(email)}`,
          "content-type": "application/json",
        },
        body: body === undefined ? undefined : JSON.stringify(body),
      }),
    );
  }

  /** PUT /files/{uuid}. */
  async putFile(
    uuid: string,
    sourceUrl: string,
    { version = VERSION, creatorUid = CREATOR, dss }: {
      version?: string;
      creatorUid?: number;
      dss?: LocalDss;
    } = {},
  ): Promise<Response> {
    return await this.send("PUT", `/files/${uuid}?version=${version}`, {
      source_url: sourceUrl,
      creator_uid: creatorUid,
    }, { dss });
  }

  /** A file that is there, as it can be listed for a bundle. */
  async addFile(
    uuid: string,
    name: string,
    content: string,
    version = VERSION,
  ): Promise<Entry> {
    const url = await this.source(`${uuid}/${version}/${name}`, content);
    const answer = await this.putFile(uuid, url, { version });
    if (answer.status !== 201) throw new Error(await answer.text());
    await answer.body?.cancel();
    return { uuid, version, name, indexed: name.endsWith(".json") };
  }

  /** PUT /bundles/{uuid}. */
  async putBundle(
    uuid: string,
    files: unknown,
    { version = VERSION, creatorUid = CREATOR, dss }: {
      version?: string;
      creatorUid?: number;
      dss?: LocalDss;
    } = {},
  ): Promise<Response> {
    const query = `replica=aws&version=${version}`;
    const body = { files, creator_uid: creatorUid };
    return await this.send("PUT", `/bundles/${uuid}?${query}`, body, { dss });
  }

  /** DELETE /bundles/{uuid}. */
  async deleteBundle(
    uuid: string,
    { version, reason = "test", email }: {
      version?: string;
      reason?: string;
      email?: string;
    } = {},
  ): Promise<Response> {
    const query = version === undefined ? "" : `&version=${version}`;
    const path = `/bundles/${uuid}?replica=aws${query}`;
    return await this.send("DELETE", path, { reason }, { email });
  }

  /** The names of the files of a bundle, or the status that it answers. */
  async namesOf(uuid: string, version?: string): Promise<string[] | number> {
    const query = version === undefined ? "" : `&version=${version}`;
    const answer = await this.send(
      "GET",
      `/bundles/${uuid}?replica=aws${query}`,
    );
    const body = await answer.json();
    if (answer.status !== 200) return answer.status;
    return body.bundle.files.map(({ name }: { name: string }) => name);
  }

  /** The bytes of a file through the service, or the status it answers. */
  async contentOf(uuid: string, version = VERSION): Promise<string | number> {
    const path = `/files/${uuid}?replica=aws&version=${version}`;
    const redirect = await this.send("GET", path);
    await redirect.body?.cancel();
    if (redirect.status !== 302) return redirect.status;
    const url = redirect.headers.get("location") ?? "";
    const answer = await this.dss.handler(new Request(url));
    return answer.status === 200 ? await answer.text() : answer.status;
  }

  /** Does the tasks that are due. */
  async runTasks(dss: LocalDss = this.dss): Promise<void> {
    await dss.runDueTasks(AbortSignal.timeout(60_000));
  }

  /** What a check of the store finds. */
  async problems(): Promise<string[]> {
    // Its clock is not that of the disk: all leftovers, however new.
    const options = { olderThanMs: -Infinity };
    const found = await Array.fromAsync(this.dss.check(options));
    return found.map(({ kind, subject, detail }) =>
      `${kind} ${subject}: ${detail}`
    );
  }

  /** Closes every connection and removes the directory. */
  async [Symbol.asyncDispose](): Promise<void> {
    for (const dss of this.#opened) dss[Symbol.dispose]();
    await Deno.remove(this.root, { recursive: true });
  }
}

/** Lets everything run until somebody waits for the clock. */
export async function untilPending(clock: FakeClock): Promise<void> {
  while (clock.pending === 0) await settle();
}

/** The status and the code of an answer that is an error. */
export async function codeOf(
  answer: Response,
): Promise<[status: number, code: string | undefined, title: string]> {
  const body = await answer.json();
  return [answer.status, body.code, body.title ?? JSON.stringify(body)];
}

async function openDss(
  root: string,
  clock: FakeClock,
  { log }: MemoryLog,
  options: WritingOptions,
): Promise<LocalDss> {
  const { settings, fetch, admins = [ADMIN] } = options;
  return await LocalDss.open({
    dataDir: `${root}/data`,
    runtime: {
      files: denoFiles,
      clock,
      random: Math.random,
      createHash: createNodeHash,
      log,
      ...(fetch !== undefined && { fetch }),
    },
    openDatabase: options.openDatabase ?? openSqlite,
    version: "1.2.3",
    admins,
    settings: { directories: [`${root}/sources`], ...settings },
  });
}
