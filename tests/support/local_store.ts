import type { Database, FileSystem } from "../../src/base/mod.ts";
import {
  createNodeHash,
  denoFiles,
  openSqlite,
} from "../../src/platform/mod.ts";
import { type ImportReport, LocalDss } from "../../src/server/local_dss.ts";
import type { ImportManifest } from "../../src/server/mod.ts";
import { FakeClock } from "./fake_clock.ts";

/** Where the service thinks it is; nothing listens there. */
export const ORIGIN = "http://dss.test:8000";

/** A file of a bundle to be made. */
export interface SmallFile {
  /** Name in the bundle. */
  name: string;
  /** Content; default: the name. */
  content?: string | Uint8Array;
  /** Default: made of the bundle's uuid and the file's place. */
  uuid?: string;
  /** Default: the bundle's. */
  version?: string;
  /** Default: JSON if the name says so, else octets. */
  contentType?: string;
}

/** A bundle to be made. */
export interface SmallBundle {
  /** The bundle's uuid. */
  uuid: string;
  /** Default: `2019-01-01T000000.000000Z`. */
  version?: string;
  /** Default: one file `a.txt`. */
  files?: SmallFile[];
}

/** What may be replaced in a {@linkcode LocalStore}. */
export interface LocalStoreOptions {
  /** Default: the real files. */
  files?: FileSystem;
  /** Default: the real SQLite. */
  openDatabase?: (path: string) => Database;
}

/** The version that bundles get unless another one is said. */
export const VERSION = "2019-01-01T000000.000000Z";

/** A uuid with a number in it; the larger number sorts after. */
export function uuidOf(number: number, kind = "b"): string {
  return `${kind.repeat(8)}-0000-4000-8000-${String(number).padStart(12, "0")}`;
}

/**
 * An embedded DSS in a temporary directory, with real files and a real
 * database; everything is removed when it is disposed.
 */
export class LocalStore implements AsyncDisposable {
  /** The directory of everything here. */
  readonly root: string;
  /** Moves by hand; at the start 2020-01-01T00:00Z. */
  readonly clock: FakeClock;
  /** The DSS. */
  readonly dss: LocalDss;
  readonly #opened: LocalDss[];
  #sources = 0;

  private constructor(root: string, clock: FakeClock, dss: LocalDss) {
    this.root = root;
    this.clock = clock;
    this.dss = dss;
    this.#opened = [dss];
  }

  /** Makes an empty store. */
  static async open(options: LocalStoreOptions = {}): Promise<LocalStore> {
    const root = await Deno.makeTempDir({ prefix: "hca-store-" });
    const clock = new FakeClock();
    return new LocalStore(root, clock, await openDss(root, clock, options));
  }

  /** The directory of the store. */
  get dataDir(): string {
    return dataDirOf(this.root);
  }

  /** Opens the same directory once more, as another process would. */
  async reopen(options: LocalStoreOptions = {}): Promise<LocalDss> {
    const dss = await openDss(this.root, this.clock, options);
    this.#opened.push(dss);
    return dss;
  }

  /** Asks the service; a path is below its origin. */
  async request(path: string, init?: RequestInit): Promise<Response> {
    const url = path.startsWith("/") ? `${ORIGIN}${path}` : path;
    return await this.dss.handler(new Request(url, init));
  }

  /** Writes files into a new directory and returns its path. */
  async source(
    contents: Record<string, string | Uint8Array>,
  ): Promise<string> {
    const directory = `${this.root}/source-${this.#sources++}`;
    await Deno.mkdir(directory);
    for (const [name, content] of Object.entries(contents)) {
      const path = `${directory}/${name}`;
      await Deno.mkdir(path.replace(/\/[^/]*$/, ""), { recursive: true });
      if (typeof content === "string") await Deno.writeTextFile(path, content);
      else await Deno.writeFile(path, content);
    }
    return directory;
  }

  /** Makes a bundle of files made on the fly. */
  async add(bundle: SmallBundle, dss = this.dss): Promise<ImportReport> {
    const manifest = manifestOf(bundle);
    const contents = (bundle.files ?? DEFAULT_FILES).map((file) =>
      [file.name, file.content ?? file.name] as const
    );
    const directory = await this.source(Object.fromEntries(contents));
    return await dss.importDirectory({ directory, manifest });
  }

  /** The files below `blobs`, whole ones and others, sorted. */
  blobFiles(): string[] {
    return namesBelow(`${this.dataDir}/blobs`);
  }

  /** Closes every connection and removes the directory. */
  async [Symbol.asyncDispose](): Promise<void> {
    for (const dss of this.#opened) dss[Symbol.dispose]();
    await Deno.remove(this.root, { recursive: true });
  }
}

/** A database that fails on demand, as one whose disk is full does. */
export class FaultyDatabase {
  /** Statements that contain this fail; undefined: none does. */
  failsOn: string | undefined;

  /** Opens the real one behind it. */
  readonly open = (path: string): Database => {
    const inner = openSqlite(path);
    const check = (sql: string) => {
      if (this.failsOn === undefined || !sql.includes(this.failsOn)) return;
      throw new Error("the disk is on fire");
    };
    return {
      execute: (sql) => {
        check(sql);
        inner.execute(sql);
      },
      prepare: (sql) => {
        check(sql);
        return inner.prepare(sql);
      },
      transaction: (work) => inner.transaction(work),
      close: () => inner.close(),
    };
  };
}

const DEFAULT_FILES: SmallFile[] = [{ name: "a.txt" }];

/** The manifest of a bundle, without sizes and digests. */
export function manifestOf(bundle: SmallBundle): ImportManifest {
  const { uuid, version = VERSION, files = DEFAULT_FILES } = bundle;
  return {
    uuid,
    version,
    files: files.map((file, index) => ({
      name: file.name,
      uuid: file.uuid ??
        `${uuid.slice(-8)}-0000-4000-9000-${String(index).padStart(12, "0")}`,
      version: file.version ?? version,
      contentType: file.contentType ??
        (file.name.endsWith(".json")
          ? "application/json"
          : "application/octet-stream"),
      indexed: file.name.endsWith(".json"),
      stated: {},
    })),
  };
}

/** The files below a directory, sorted; none if it is not there. */
export function namesBelow(directory: string, prefix = ""): string[] {
  try {
    return [...Deno.readDirSync(directory)].flatMap((entry) =>
      entry.isDirectory
        ? namesBelow(`${directory}/${entry.name}`, `${prefix}${entry.name}/`)
        : [`${prefix}${entry.name}`]
    ).sort();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

function dataDirOf(root: string): string {
  return `${root}/data`;
}

async function openDss(
  root: string,
  clock: FakeClock,
  { files = denoFiles, openDatabase = openSqlite }: LocalStoreOptions,
): Promise<LocalDss> {
  const random = Math.random;
  return await LocalDss.open({
    dataDir: dataDirOf(root),
    runtime: { files, clock, random, createHash: createNodeHash },
    openDatabase,
    version: "1.2.3",
  });
}
