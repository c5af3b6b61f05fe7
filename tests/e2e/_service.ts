/**
 * `hca local serve` as a process, and clients of it over its port.
 *
 * @module
 */

import assert from "node:assert/strict";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import {
  finish,
  programWords,
  type RunResult,
  type Sandbox,
} from "./_program.ts";

const SERVES = /HCA_SWAGGER_URL=(\S+)\n[^]*this password: \S+\n/;

/** The administrator of every service here. */
export const ADMIN = "admin@example.org";

/** JSON as a test looks at it. */
// deno-lint-ignore no-explicit-any -- tests name the members they expect
export type Answer = any;

/** A served store in a sandbox; ends with it. */
export class Service implements AsyncDisposable {
  /** The program that serves. */
  readonly process: Deno.ChildProcess;
  /** What clients need in their environment. */
  readonly environment: Record<string, string>;
  /** As in `http://127.0.0.1:8473`. */
  readonly origin: string;
  readonly #sandbox: Sandbox;
  readonly #said: Promise<string>;
  readonly #printed: Promise<string>;
  #ended: Promise<RunResult> | undefined;

  private constructor(
    sandbox: Sandbox,
    process: Deno.ChildProcess,
    swaggerUrl: string,
    printed: Promise<string>,
  ) {
    this.#sandbox = sandbox;
    this.#printed = printed;
    this.process = process;
    this.origin = swaggerUrl.replace(/\/v1\/.*/s, "");
    this.environment = { HCA_SWAGGER_URL: swaggerUrl, HCA_LOCAL_DIR: "/none" };
    this.#said = new Response(process.stderr).text();
  }

  /** Serves the store of a sandbox; `words` are more options. */
  static async start(
    sandbox: Sandbox,
    words: string[] = [],
    environment: Record<string, string> = {},
  ): Promise<Service> {
    const process = sandbox.spawn([
      ...["local", "serve", "--port", "0", "--no-samples", "--admin", ADMIN],
      ...["--log-format", "json", "--data-dir", storeOf(sandbox), ...words],
    ], { environment });
    const printed = readToEnd(process.stdout, SERVES);
    const url = await Promise.race([printed.found, printed.ended]);
    const service = new Service(sandbox, process, url, printed.ended);
    if (URL.canParse(url)) return service;
    assert.fail(`it does not serve: ${(await service.stop()).err}`);
  }

  /** Runs `hca` against this service. */
  async run(...words: string[]): Promise<RunResult> {
    return await this.#sandbox.run(["--log-level", "ERROR", ...words], this);
  }

  /** Runs `hca dss` against this service, and gives what it prints. */
  async dss(...words: string[]): Promise<Answer> {
    const { status, out, err } = await this.run("dss", ...words);
    assert.equal(status, 0, `${words.join(" ")}: ${err}`);
    return JSON.parse(out);
  }

  /** Asks the service without a client; `path` begins after `/v1`. */
  async fetch(
    path: string,
    { method = "GET", token, body }: {
      method?: string;
      token?: string;
      body?: unknown;
    } = {},
  ): Promise<Response> {
    return await fetch(`${this.origin}/v1${path}`, {
      method,
      redirect: "manual",
      headers: {
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...(body !== undefined && { "content-type": "application/json" }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  }

  /** `hca local token | hca dss login --access-token -`; gives the token. */
  async logIn(email = ADMIN): Promise<string> {
    const token = await tokenOf(this.#sandbox, email);
    const [command, ...first] = programWords();
    const child = new Deno.Command(command, {
      args: [...first, "dss", "login", "--access-token", "-"],
      cwd: this.#sandbox.work,
      env: { ...this.#sandbox.environment, ...this.environment },
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    const writer = child.stdin.getWriter();
    await writer.write(new TextEncoder().encode(`${token}\n`));
    await writer.close();
    const { status, out, err } = await finish(child);
    assert.equal(status, 0, err);
    assert.equal(out, "Storing access credentials\n");
    return token;
  }

  /** Ends it with SIGTERM; what it said. */
  async stop(): Promise<RunResult> {
    if (this.#ended === undefined) {
      try {
        this.process.kill("SIGTERM");
      } catch {
        // It has ended by itself.
      }
    }
    return await this.ended();
  }

  /** Waits until it ends by itself; what it said. */
  ended(): Promise<RunResult> {
    return this.#ended ??= this.#result();
  }

  async #result(): Promise<RunResult> {
    const [{ code }, err, out] = await Promise.all([
      this.process.status,
      this.#said,
      this.#printed,
    ]);
    return { status: code, err, out, bytes: new Uint8Array() };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }
}

/** Reads a stream to its end; `found` is the first group of a match. */
function readToEnd(
  stream: ReadableStream<Uint8Array>,
  pattern: RegExp,
): { found: Promise<string>; ended: Promise<string> } {
  const { promise: found, resolve } = Promise.withResolvers<string>();
  const ended = (async () => {
    let text = "";
    for await (const part of stream.pipeThrough(new TextDecoderStream())) {
      text += part;
      const match = pattern.exec(text);
      if (match !== null) resolve(match[1] ?? "");
    }
    return text;
  })();
  return { found, ended };
}

/** The directory of the store that a sandbox serves. */
export function storeOf(sandbox: Sandbox): string {
  return join(sandbox.directory, "store");
}

/** A token for that store. */
export async function tokenOf(
  sandbox: Sandbox,
  email = ADMIN,
): Promise<string> {
  const { status, out, err } = await sandbox.run(
    ["local", "token", "--email", email, "--data-dir", storeOf(sandbox)],
  );
  assert.equal(status, 0, err);
  return out.trim();
}

/** The JSON objects of a log, one a line. */
export function objectsOf(log: string): Answer[] {
  return log.trimEnd().split("\n").map((line) => JSON.parse(line));
}

/** A uuid that says what it is of. */
export function uuidOf(number: number, kind = "b"): string {
  return `${kind.repeat(8)}-0000-4000-8000-${String(number).padStart(12, "0")}`;
}

/** The version of what tests put. */
export const VERSION = "2019-05-01T000000.000000Z";

/** Options that most commands have. */
export const AT = ["--replica", "aws"];

/** Waits until something is so; fails when it is not in half a minute. */
export async function until<T>(
  ask: () => Promise<T | undefined>,
  what: string,
): Promise<T> {
  const endMs = Date.now() + 30_000;
  while (Date.now() < endMs) {
    const found = await ask();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  assert.fail(`${what} did not happen in 30 seconds`);
}

/** Files for a new bundle of a sandbox's store, by their names. */
export async function importBundle(
  sandbox: Sandbox,
  uuid: string,
  contents: Record<string, string | Uint8Array>,
): Promise<void> {
  const directory = join(sandbox.directory, `import-${uuid}`);
  await Deno.mkdir(directory);
  for (const [name, content] of Object.entries(contents)) {
    if (typeof content === "string") {
      await Deno.writeTextFile(join(directory, name), content);
    } else await Deno.writeFile(join(directory, name), content);
  }
  const { status, err } = await sandbox.run([
    ...["local", "import", directory, "--data-dir", storeOf(sandbox)],
    ...["--bundle-uuid", uuid, "--version", VERSION],
  ]);
  assert.equal(status, 0, err);
}

/**
 * Changes the tasks of a store, as in `run_at_ms = 0`, for tests that cannot
 * wait until they are due; gives how many there are.
 */
export function changeTasks(sandbox: Sandbox, assignment: string): number {
  using database = openDatabase(sandbox);
  const { changes } = database.prepare(`UPDATE tasks SET ${assignment}`).run();
  return Number(changes);
}

/** When each task of a store is due, milliseconds since 1970. */
export function tasksOf(sandbox: Sandbox): { runAtMs: number }[] {
  using database = openDatabase(sandbox);
  return database.prepare("SELECT run_at_ms FROM tasks").all()
    .map(({ run_at_ms: runAtMs }) => ({ runAtMs: Number(runAtMs) }));
}

function openDatabase(sandbox: Sandbox): DatabaseSync & Disposable {
  const database = new DatabaseSync(join(storeOf(sandbox), "dss.sqlite"));
  database.exec("PRAGMA busy_timeout = 5000");
  return Object.assign(database, { [Symbol.dispose]: () => database.close() });
}
