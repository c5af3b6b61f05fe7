import assert from "node:assert/strict";
import { resolve } from "node:path";
import {
  ClosedOutput,
  concatBytes,
  type FileSystem,
  type Runtime,
  silentLog,
  type Terminal,
  throwIfAborted,
} from "../../src/base/mod.ts";
import {
  type Environment,
  type Keyboard,
  main,
} from "../../src/commands/mod.ts";
import {
  createNodeHash,
  denoClock,
  denoFiles,
  openSqlite,
  tokenizeArguments,
} from "../../src/platform/mod.ts";
import { LocalDss } from "../../src/server/local_dss.ts";

/** What a run of the program left behind. */
export interface RunResult {
  /** Exit status. */
  status: number;
  /** What went to standard output, as text. */
  out: string;
  /** The same as bytes. */
  outBytes: Uint8Array;
  /** What went to standard error. */
  err: string;
}

/**
 * What the secrets of tests contain: tokens, codes, passwords. After every
 * run of the program its messages are searched for it, and at the end of a
 * test every file that was written.
 */
export const PLANTED = "PLANTED";

/** A terminal of two buffers. */
export class MemoryTerminal implements Terminal {
  outIsTerminal = false;
  errIsTerminal = false;
  /** What {@linkcode columns} says. */
  width = 80;
  /** What {@linkcode rows} says. */
  height = 24;
  /** Calls of {@linkcode out} that are taken; the next finds nobody there. */
  outLimit = Infinity;
  /** What went out. */
  outChunks: Uint8Array[] = [];
  /** What messages there were. */
  errText = "";
  /** What standard input holds. */
  inputText = "";
  /** Questions that were asked, and whether the answer was hidden. */
  questions: { question: string; isHidden: boolean }[] = [];
  /** Answers a question; by default with the next line of the input. */
  answer: (question: string) => string | undefined | Promise<string> = () =>
    this.#nextLine();

  input(): Promise<Uint8Array<ArrayBuffer>> {
    return Promise.resolve(new TextEncoder().encode(this.inputText));
  }

  async ask(
    question: string,
    options: { isHidden?: boolean; signal?: AbortSignal } = {},
  ): Promise<string | undefined> {
    throwIfAborted(options.signal);
    const { isHidden = false } = options;
    this.questions.push({ question, isHidden });
    this.err(question);
    return await this.answer(question);
  }

  #nextLine(): string | undefined {
    if (this.inputText === "") return undefined;
    const [line = "", ...rest] = this.inputText.split("\n");
    this.inputText = rest.join("\n");
    return line;
  }

  out(data: string | Uint8Array): Promise<void> {
    if (this.outChunks.length >= this.outLimit) {
      return Promise.reject(new ClosedOutput());
    }
    // A copy: the caller may use its buffer again.
    this.outChunks.push(
      typeof data === "string" ? new TextEncoder().encode(data) : data.slice(),
    );
    return Promise.resolve();
  }

  err(text: string): void {
    this.errText += text;
  }

  columns(): number {
    return this.width;
  }

  rows(): number {
    return this.height;
  }

  /** Empties both buffers. */
  clear(): void {
    this.outChunks = [];
    this.errText = "";
  }
}

/**
 * The program in a world of its own: real files, SQLite and tokenizer, but a
 * home, a current directory and `/etc` in a temporary directory, and no
 * network unless a test brings one.
 */
export class TestEnvironment implements AsyncDisposable {
  /** The directory of everything here. */
  readonly root: string;
  /** Environment variables. */
  readonly variables: Map<string, string>;
  /** Standard output and standard error. */
  readonly terminal = new MemoryTerminal();
  /** What the machine is; members may be replaced. */
  readonly runtime: Runtime;
  /** Files that a test wrote itself. */
  readonly #given = new Set<string>();
  /** Addresses that were asked for while there was no network. */
  readonly refusedRequests: string[] = [];
  /** Ends the run. */
  controller = new AbortController();
  /** What `hca local serve` calls. */
  serve: Environment["serve"] = () =>
    Promise.reject(new Error("nothing may be served here"));
  /** Opens the network anew. */
  openFetch: Environment["openFetch"] = () =>
    Object.assign((request: Request) => this.runtime.fetch(request), {
      [Symbol.dispose]() {},
    });
  /** The browser of this machine; by default there is none. */
  openBrowser: Environment["openBrowser"] = () => Promise.resolve(false);
  /** Starts a line of the shell; by default nothing is started. */
  startProgram: Environment["startProgram"] = () => {
    throw new Error("no program is to be started here");
  };
  /** The keyboard; by default the input is no terminal. */
  keyboard: Keyboard | undefined;
  /** Opens an SQL database. */
  openDatabase: Environment["openDatabase"];

  private constructor(root: string) {
    this.root = root;
    this.variables = new Map([
      ["HOME", `${root}/home`],
      ["XDG_CONFIG_HOME", `${root}/home/config`],
      ["XDG_DATA_HOME", `${root}/home/data`],
      ["HCA_LOCAL_DIR", `${root}/store`],
    ]);
    this.runtime = {
      fetch: (request) => {
        this.refusedRequests.push(request.url);
        return Promise.reject(new TypeError("there is no network here"));
      },
      clock: denoClock,
      random: Math.random,
      files: filesBelow(root),
      createHash: createNodeHash,
      log: silentLog,
    };
    this.openDatabase = (path) => openSqlite(this.path(path));
  }

  /** Makes a world with an empty home and an empty current directory. */
  static async create(): Promise<TestEnvironment> {
    const root = await Deno.makeTempDir({ prefix: "hca-cli-" });
    await Deno.mkdir(`${root}/work`);
    await Deno.mkdir(`${root}/home`);
    return new TestEnvironment(root);
  }

  /** The directory of the embedded store. */
  get dataDir(): string {
    return this.path(this.variables.get("HCA_LOCAL_DIR") ?? "");
  }

  /** The absolute path of one that is relative to the current directory. */
  path(...parts: string[]): string {
    return resolve(this.root, "work", ...parts);
  }

  /** What commands get. */
  get environment(): Environment {
    return {
      version: "1.2.3",
      os: "linux",
      hostDescription: "Deno 0.0.0 test",
      variable: (name) => this.variables.get(name) || undefined,
      runtime: this.runtime,
      terminal: this.terminal,
      signal: this.controller.signal,
      tokenize: tokenizeArguments,
      jmesPath: async (text) => {
        const { compileJmesPath } = await import(
          "../../src/platform/npm_jmespath.ts"
        );
        return compileJmesPath(text);
      },
      openFetch: this.openFetch,
      openDatabase: this.openDatabase,
      openBrowser: this.openBrowser,
      startProgram: this.startProgram,
      ...(this.keyboard && { keyboard: this.keyboard }),
      serve: this.serve,
    };
  }

  /** Runs the program with a list of words. */
  async run(...argv: string[]): Promise<RunResult> {
    this.terminal.clear();
    const status = await main(argv, this.environment);
    const outBytes = concatBytes(this.terminal.outChunks);
    const out = new TextDecoder().decode(outBytes);
    assert.ok(
      !this.terminal.errText.includes(PLANTED),
      `a message shows a planted secret: ${this.terminal.errText}`,
    );
    return { status, out, outBytes, err: this.terminal.errText };
  }

  /** Runs a line as typed, `hca` first; see {@linkcode wordsOf}. */
  async runLine(line: string): Promise<RunResult> {
    const [, ...argv] = wordsOf(line);
    return await this.run(...argv);
  }

  /** Opens the embedded store; the caller closes it. */
  async openStore(): Promise<LocalDss> {
    const { runtime, openDatabase, dataDir } = this;
    return await LocalDss.open({
      dataDir,
      runtime,
      version: "1.2.3",
      openDatabase,
    });
  }

  /** Puts the sample bundles into the embedded store, with few reads. */
  async addSamples(): Promise<void> {
    using store = await this.openStore();
    await store.decideSamples(true, 50);
  }

  /** Writes a file below the current directory. */
  async write(path: string, content: string | Uint8Array): Promise<string> {
    const target = this.path(path);
    this.#given.add(target);
    await Deno.mkdir(resolve(target, ".."), { recursive: true });
    if (typeof content === "string") await Deno.writeTextFile(target, content);
    else await Deno.writeFile(target, content);
    return target;
  }

  /**
   * Removes everything, and fails when hca left a planted secret in a file
   * that is not for secrets.
   */
  async [Symbol.asyncDispose](): Promise<void> {
    const leaks = namesBelow(this.root).filter((name) =>
      this.#isLeak(`${this.root}/${name}`)
    );
    await Deno.remove(this.root, { recursive: true });
    assert.deepEqual(leaks, [], "files with a planted secret");
  }

  #isLeak(path: string): boolean {
    if (this.#given.has(path)) return false;
    try {
      const text = Deno.readTextFileSync(path);
      const isConfig = text.includes('"oauth2_token"') ||
        path.endsWith("/config.json");
      return text.includes(PLANTED) && !isConfig;
    } catch {
      // What cannot be opened was made so by the test.
      return false;
    }
  }
}

/** Splits a line at its blanks; `'…'` keeps them and vanishes. */
export function wordsOf(line: string): string[] {
  const words = line.match(/(?:[^\s']|'[^']*')+/g) ?? [];
  return words.map((word) => word.replaceAll("'", ""));
}

/** Every name below a directory, sorted; none if it is not there. */
export function namesBelow(directory: string, prefix = ""): string[] {
  try {
    return [...Deno.readDirSync(directory)].flatMap((entry) => {
      const name = `${prefix}${entry.name}`;
      return entry.isDirectory
        ? namesBelow(`${directory}/${entry.name}`, `${name}/`)
        : [name];
    }).sort();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

/** The real files, with the current directory and `/etc` below `root`. */
function filesBelow(root: string): FileSystem {
  const at = (path: string) =>
    path.startsWith("/etc/") ? `${root}${path}` : resolve(`${root}/work`, path);
  const real = denoFiles;
  return {
    stat: (path) => real.stat(at(path)),
    lstat: (path) => real.lstat(at(path)),
    lstatNow: (path) => real.lstatNow(at(path)),
    list: (path) => real.list(at(path)),
    read: (path) => real.read(at(path)),
    readChunks: (path, range) => real.readChunks(at(path), range),
    create: (path, options) => real.create(at(path), options),
    openForUpdate: (path, options) => real.openForUpdate(at(path), options),
    createDirectory: (path) => real.createDirectory(at(path)),
    freeBytes: (path) => real.freeBytes(at(path)),
    makeDirectory: (path, options) => real.makeDirectory(at(path), options),
    rename: (from, to) => real.rename(at(from), at(to)),
    link: (from, to) => real.link(at(from), at(to)),
    remove: (path, options) => real.remove(at(path), options),
    removeNow: (path) => real.removeNow(at(path)),
    setMode: (path, mode) => real.setMode(at(path), mode),
    syncDirectory: (path) => real.syncDirectory(at(path)),
    absolute: (path) => at(path),
  };
}
