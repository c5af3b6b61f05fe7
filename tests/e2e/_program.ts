/**
 * The program under test, as a process: `cli.ts` by this deno, or the
 * executable that `HCA_PROGRAM` names.
 *
 * @module
 */

import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createRuntime, openSqlite } from "../../src/platform/mod.ts";
import { LocalDss } from "../../src/server/local_dss.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

// A run gets another HOME; the compiled sources stay where they are.
const DENO_DIR = await denoDir();

async function denoDir(): Promise<string> {
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["info", "--json"],
  }).output();
  return JSON.parse(new TextDecoder().decode(stdout)).denoDir;
}

/** The words that start hca. */
export function programWords(): [string, ...string[]] {
  const program = Deno.env.get("HCA_PROGRAM");
  return program
    ? [program]
    : [Deno.execPath(), "run", "--allow-all", join(ROOT, "cli.ts")];
}

/** The version of the Deno that runs the program: major and minor. */
export async function programDeno(): Promise<[number, number]> {
  const [command, ...args] = programWords();
  const { stdout } = await new Deno.Command(command, {
    args: [...args, "--version"],
  }).output();
  const said = new TextDecoder().decode(stdout);
  const [, major, minor] = /\(Deno (\d+)\.(\d+)\./.exec(said) ?? [];
  return [Number(major), Number(minor)];
}

/** What a finished run left. */
export interface RunResult {
  status: number;
  out: string;
  err: string;
  bytes: Uint8Array;
}

/** An empty directory with a home in it; removed when disposed. */
export class Sandbox implements AsyncDisposable {
  readonly directory: string;
  readonly environment: Record<string, string>;

  private constructor(directory: string, storeDir: string) {
    this.directory = directory;
    this.environment = {
      DENO_DIR,
      HOME: join(directory, "home"),
      XDG_CONFIG_HOME: "",
      XDG_DATA_HOME: "",
      XDG_STATE_HOME: "",
      XDG_CACHE_HOME: "",
      APPDATA: join(directory, "home", "AppData", "Roaming"),
      LOCALAPPDATA: join(directory, "home", "AppData", "Local"),
      GOOGLE_APPLICATION_CREDENTIALS: "",
      HCA_ACCESS_TOKEN: "",
      HCA_CONFIG_FILE: "",
      HCA_SWAGGER_URL: "",
      HCA_LOCAL_DIR: storeDir,
      NO_COLOR: "1",
    };
  }

  /** Makes a sandbox; `storeDir` is the embedded store that hca uses. */
  static async create(storeDir = ""): Promise<Sandbox> {
    const directory = await Deno.makeTempDir({ prefix: "hca-e2e-" });
    await Deno.mkdir(join(directory, "home"));
    await Deno.mkdir(join(directory, "work"));
    return new Sandbox(directory, storeDir);
  }

  /** The current directory of runs. */
  get work(): string {
    return join(this.directory, "work");
  }

  /** Starts hca. */
  spawn(
    args: string[],
    options: { environment?: Record<string, string>; cwd?: string } = {},
  ): Deno.ChildProcess {
    const [command, ...first] = programWords();
    return new Deno.Command(command, {
      args: [...first, ...args],
      cwd: options.cwd ?? this.work,
      env: { ...this.environment, ...options.environment },
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
  }

  /** Runs hca to its end. */
  async run(
    args: string[],
    options: { environment?: Record<string, string>; cwd?: string } = {},
  ): Promise<RunResult> {
    return await finish(this.spawn(args, options));
  }

  /** Every file below the current directory, sorted, directories left out. */
  async files(directory = this.work): Promise<string[]> {
    const names: string[] = [];
    const walk = async (path: string, prefix: string) => {
      for await (const entry of Deno.readDir(path)) {
        const name = `${prefix}${entry.name}`;
        if (entry.isDirectory) {
          await walk(join(path, entry.name), `${name}/`);
        } else names.push(name);
      }
    };
    await walk(directory, "");
    return names.sort();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.directory, { recursive: true });
  }
}

/** Waits for a process and collects what it wrote. */
export async function finish(child: Deno.ChildProcess): Promise<RunResult> {
  const { code, stdout, stderr } = await child.output();
  const decoder = new TextDecoder();
  return {
    status: code,
    out: decoder.decode(stdout),
    err: decoder.decode(stderr),
    bytes: stdout,
  };
}

/** A store with small sample bundles; removed when disposed. */
export class SampleStore implements AsyncDisposable {
  private constructor(readonly directory: string, readonly dss: LocalDss) {}

  /** Makes it. */
  static async create(): Promise<SampleStore> {
    const directory = await Deno.makeTempDir({ prefix: "hca-store-" });
    const dss = await LocalDss.open({
      dataDir: directory,
      runtime: createRuntime(),
      openDatabase: openSqlite,
      version: "0.0.0",
    });
    await dss.decideSamples(true, 200);
    return new SampleStore(directory, dss);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.dss[Symbol.dispose]();
    await Deno.remove(this.directory, { recursive: true });
  }
}

/** A file as `get-bundle` lists it. */
export interface ListedFile {
  name: string;
  uuid: string;
  version: string;
  size: number;
  sha256: string;
  indexed: boolean;
}

/** A bundle as `get-bundle` prints it. */
export interface ListedBundle {
  uuid: string;
  version: string;
  files: ListedFile[];
}

/** The first bundle of the store that a sandbox uses. */
export async function firstBundle(sandbox: Sandbox): Promise<ListedBundle> {
  const all = await sandbox.run(["dss", "get-bundles-all", "--replica", "aws"]);
  const { uuid } = JSON.parse(all.out).bundles[0];
  const one = await sandbox.run(
    ["dss", "get-bundle", "--replica", "aws", "--uuid", uuid],
  );
  return JSON.parse(one.out).bundle;
}

/** SHA-256 of a file on the disk. */
export async function sha256Of(path: string): Promise<string> {
  const digest = await crypto.subtle.digest(
    "SHA-256",
    await Deno.readFile(path),
  );
  return new Uint8Array(digest).toHex();
}

/** Reads a process's output until a line matches; gives the match. */
export async function waitForLine(
  stream: ReadableStream<Uint8Array>,
  pattern: RegExp,
): Promise<RegExpExecArray> {
  const reader = stream.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  while (true) {
    const { done, value } = await reader.read();
    if (done) throw new Error(`ended without ${pattern}: ${text}`);
    text += value;
    const match = pattern.exec(text);
    if (match !== null) {
      reader.releaseLock();
      return match;
    }
  }
}
