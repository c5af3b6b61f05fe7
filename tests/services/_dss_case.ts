import { createHash } from "node:crypto";
import type { FileSystem, Runtime } from "../../src/base/mod.ts";
import { denoFiles, openSqlite } from "../../src/platform/mod.ts";
import { LocalDss } from "../../src/server/local_dss.ts";
import { DssClient } from "../../src/services/mod.ts";
import { FakeClock } from "../support/fake_clock.ts";
import { createMemoryLog } from "../support/memory_log.ts";
import { createNodeHash } from "../support/node_hash.ts";

/** A bundle with two versions; the newer one has another cells.csv. */
export const UUID = "ffffaf55-f19c-40e3-aa81-a6c69d357265";
export const OLD = "2019-08-01T200147.836832Z";
export const NEW = "2020-01-01T000000.000000Z";

/** The files of both versions, but for `cells.csv`. */
export const CONTENTS: Record<string, string> = {
  "cell_suspension_0.json": '{"schema_type": "biomaterial"}',
  "links.json": '{"schema_type": "link_bundle"}',
  "sub/dir/r1.fastq.gz": "@read1\nACGT\n",
  "empty.txt": "",
};

/** What `cells.csv` has in each version. */
export const CELLS: Record<string, string> = {
  [OLD]: "cell,count\na,1\n",
  [NEW]: "cell,count\na,1\nb,2\n",
};

const isMetadata = (name: string) => name.endsWith(".json");

/** SHA-256 of text by `node:crypto`. */
export function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** The uuid that a file has in every version of the bundle. */
export function fileUuid(name: string): string {
  const digits = sha256(name);
  return [
    digits.slice(0, 8),
    digits.slice(8, 12),
    digits.slice(12, 16),
    digits.slice(16, 20),
    digits.slice(20, 32),
  ].join("-");
}

/** Names and contents of one version. */
export function contentsOf(version: string): Record<string, string> {
  return { ...CONTENTS, "cells.csv": CELLS[version] ?? "" };
}

/** A client of an embedded DSS, on a real disk below one directory. */
export interface DssCase extends AsyncDisposable {
  client: DssClient;
  /** The current directory of the client: relative paths are below it. */
  here: string;
  /** Where else there is room. */
  root: string;
  /** Method and path of every request, the document's left out. */
  requests: string[];
  messages: ReturnType<typeof createMemoryLog>["messages"];
  /** Every path of a file below `here` but for the store. */
  paths(): Promise<string[]>;
  /** The text of a file below `here`. */
  text(path: string): Promise<string>;
}

/** Makes a DSS with both versions of the bundle and a client of it. */
export async function createDssCase(
  { answer }: {
    /** Answers instead of the service; undefined leaves it to the service. */
    answer?: (request: Request) => Response | undefined;
  } = {},
): Promise<DssCase> {
  const root = await Deno.makeTempDir();
  const here = `${root}/here`;
  await Deno.mkdir(here);
  const { log, messages } = createMemoryLog();
  const shared = {
    clock: new FakeClock({ skips: (delayMs) => delayMs < 40_000 }),
    random: Math.random,
    createHash: createNodeHash,
    log,
  };
  const dss = await LocalDss.open({
    dataDir: `${root}/dss`,
    runtime: { ...shared, files: denoFiles },
    openDatabase: openSqlite,
    version: "0.0.0",
  });
  for (const version of [OLD, NEW]) await putVersion(dss, root, version);
  const requests: string[] = [];
  const fetch = async (request: Request): Promise<Response> => {
    const { pathname } = new URL(request.url);
    if (!pathname.endsWith("/swagger.json")) {
      requests.push(`${request.method} ${pathname}`);
    }
    request.signal.throwIfAborted();
    return answer?.(request) ?? await dss.handler(request);
  };
  const runtime: Runtime = { ...shared, fetch, files: filesBelow(here) };
  const swaggerUrl = "http://dss.test/v1/swagger.json";
  const client = await DssClient.create({ runtime, swaggerUrl });
  return {
    client,
    here,
    root,
    requests,
    messages,
    paths: async () =>
      (await walk(here)).filter((path) => !path.includes(".hca/")).sort(),
    text: (path) => Deno.readTextFile(`${here}/${path}`),
    async [Symbol.asyncDispose]() {
      dss[Symbol.dispose]();
      await Deno.remove(root, { recursive: true });
    },
  };
}

async function putVersion(
  dss: LocalDss,
  root: string,
  version: string,
): Promise<void> {
  const directory = `${root}/${version}`;
  const files = contentsOf(version);
  for (const [name, text] of Object.entries(files)) {
    await Deno.mkdir(`${directory}/${name}`.replace(/\/[^/]*$/, ""), {
      recursive: true,
    });
    await Deno.writeTextFile(`${directory}/${name}`, text);
  }
  await dss.importDirectory({
    directory,
    manifest: {
      uuid: UUID,
      version,
      files: Object.entries(files).map(([name, text]) => ({
        name,
        uuid: fileUuid(name),
        version: name === "cells.csv" ? version : OLD,
        contentType: "application/octet-stream",
        indexed: isMetadata(name),
        stated: { sha256: sha256(text) },
      })),
    },
  });
}

/** The real file system, relative paths below a directory of the test. */
function filesBelow(directory: string): FileSystem {
  const at = (path: string) =>
    path.startsWith("/") ? path : `${directory}/${path}`;
  return {
    stat: (path) => denoFiles.stat(at(path)),
    lstat: (path) => denoFiles.lstat(at(path)),
    lstatNow: (path) => denoFiles.lstatNow(at(path)),
    list: (path) => denoFiles.list(at(path)),
    read: (path) => denoFiles.read(at(path)),
    readChunks: (path, range) => denoFiles.readChunks(at(path), range),
    create: (path, options) => denoFiles.create(at(path), options),
    openForUpdate: (path, options) =>
      denoFiles.openForUpdate(at(path), options),
    createDirectory: (path) => denoFiles.createDirectory(at(path)),
    freeBytes: (path) => denoFiles.freeBytes(at(path)),
    makeDirectory: (path, options) =>
      denoFiles.makeDirectory(at(path), options),
    rename: (from, to) => denoFiles.rename(at(from), at(to)),
    link: (from, to) => denoFiles.link(at(from), at(to)),
    remove: (path, options) => denoFiles.remove(at(path), options),
    removeNow: (path) => denoFiles.removeNow(at(path)),
    setMode: (path, mode) => denoFiles.setMode(at(path), mode),
    syncDirectory: (path) => denoFiles.syncDirectory(at(path)),
    absolute: (path) => denoFiles.absolute(at(path)),
  };
}

async function walk(directory: string, prefix = ""): Promise<string[]> {
  const paths: string[] = [];
  for await (const entry of Deno.readDir(directory)) {
    const path = `${prefix}${entry.name}`;
    if (!entry.isDirectory) paths.push(path);
    else paths.push(...await walk(`${directory}/${entry.name}`, `${path}/`));
  }
  return paths;
}
