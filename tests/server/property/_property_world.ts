import type { Database, Fetch } from "../../../src/base/mod.ts";
import { compileJmesPath } from "../../../src/platform/npm_jmespath.ts";
import { createRuntime, openSqlite } from "../../../src/platform/mod.ts";
import { LocalDss } from "../../../src/server/local_dss.ts";

/** One who may do everything. */
export const ADMIN = "admin@example.org";

/** What a request is sent with, by the name of who asks. */
export type Callers = Readonly<Record<string, string | undefined>>;

/** What is in the store, as far as requests have told. */
export interface Known {
  /** Addresses that files can be made of. */
  sources: string[];
  files: { uuid: string; version: string }[];
  bundles: { uuid: string; version: string }[];
  collections: { uuid: string; version: string }[];
  subscriptions: string[];
  jobs: string[];
}

/** A new store with sample bundles, people, and sources for files. */
export class PropertyWorld implements AsyncDisposable {
  private constructor(
    readonly root: string,
    readonly dss: LocalDss,
    readonly callers: Callers,
    readonly known: Known,
  ) {}

  /** Makes it; no request leaves it. */
  static async open(): Promise<PropertyWorld> {
    const root = await Deno.realPath(
      await Deno.makeTempDir({ prefix: "hca-property-" }),
    );
    const sources = await writeSources(`${root}/sources`);
    const dss = await LocalDss.open({
      dataDir: `${root}/data`,
      runtime: createRuntime({ fetch: nowhere }),
      openDatabase: openQuickly,
      version: "1.2.3",
      admins: [ADMIN],
      settings: {
        directories: [`${root}/sources`],
        s3Endpoint: "http://127.0.0.1:1",
        // Some sources are larger, so that both ways of copying are taken.
        asyncAboveBytes: 1000,
      },
      jmesPath: (text) => Promise.resolve().then(() => compileJmesPath(text)),
    });
    await dss.decideSamples(true, 50);
    const known = await findSamples(dss, sources);
    return new PropertyWorld(root, dss, await makeCallers(dss), known);
  }

  /** Closes the store and removes everything. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.dss[Symbol.dispose]();
    await Deno.remove(this.root, { recursive: true });
  }
}

/** Every other service: it has something for each who asks. */
const nowhere: Fetch = (request) => {
  if (/refuse/.test(request.url)) {
    return Promise.reject(new TypeError("nobody listens"));
  }
  if (/missing/.test(request.url)) {
    return Promise.resolve(new Response("no", { status: 404 }));
  }
  const headers = { "content-length": "19" };
  return Promise.resolve(new Response("something from afar", { headers }));
};

/** Without waiting for the disk: no power is cut here. */
function openQuickly(path: string): Database {
  const database = openSqlite(path);
  database.execute("PRAGMA synchronous = OFF");
  return database;
}

async function writeSources(directory: string): Promise<string[]> {
  await Deno.mkdir(directory);
  const contents: Record<string, string> = {
    "small.txt": "small",
    "same.txt": "small",
    "empty": "",
    "facts.json": JSON.stringify({ a: { b: [1, 2, { c: "d" }] } }),
    "broken.json": "{",
    "é 雪.json": '{"__proto__":{"x":1},"big":12345678901234567890}',
    "large.bin": "x".repeat(5000),
  };
  for (const [name, content] of Object.entries(contents)) {
    await Deno.writeTextFile(`${directory}/${name}`, content);
  }
  await Deno.writeTextFile(
    `${directory}/facts.json.hca-dss.json`,
    JSON.stringify({ "content-type": "application/json" }),
  );
  return [...Object.keys(contents), "not-there", ".."].map((name) =>
    new URL(`file://${directory}/${encodeURIComponent(name)}`).href
  ).concat([
    "http://127.0.0.1:1/some/thing",
    "http://127.0.0.1:1/refuse",
    "http://127.0.0.1:1/missing",
    "s3://bucket/some/thing",
    "s3://bucket/missing",
  ]);
}

async function makeCallers(dss: LocalDss): Promise<Callers> {
  const bearer = async (email: string, group: string, lifetimeSeconds = 7200) =>
    `Bearer ${
      (await dss.issueTokens({ email, group, lifetimeSeconds })).accessToken
    }`;
  const admin = await bearer(ADMIN, "hca");
  return {
    admin,
    member: await bearer("member@example.org", "hca"),
    public: await bearer("public@example.org", "public"),
    stranger: await bearer("stranger@example.org", "none"),
    nobody: undefined,
    forged: `${admin.slice(0, -8)}AAAAAAAA`,
    junk: "Bearer junk",
    words: "Bearer of bad news",
  };
}

async function findSamples(dss: LocalDss, sources: string[]): Promise<Known> {
  const known: Known = {
    sources,
    files: [],
    bundles: [],
    collections: [],
    subscriptions: [],
    jobs: [],
  };
  const ask = async (path: string) =>
    await (await dss.handler(new Request(`http://dss.test/v1${path}`))).json();
  const all = await ask("/bundles/all?replica=aws");
  for (const { uuid, version } of all.bundles) {
    known.bundles.push({ uuid, version });
    const { bundle } = await ask(`/bundles/${uuid}?replica=aws`);
    for (const file of bundle.files) {
      known.files.push({ uuid: file.uuid, version: file.version });
    }
  }
  return known;
}
