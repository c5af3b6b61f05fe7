import { join } from "node:path";
import { fileURLToPath } from "node:url";

const CLI = fileURLToPath(new URL("../../cli.ts", import.meta.url));

/** Files that the served store can copy: their addresses and contents. */
export interface Source {
  /** `file://…`. */
  url: string;
  /** What is in it. */
  content: string;
}

/** `hca local serve` in a process of its own, on a new store with samples. */
export class LoadServer implements AsyncDisposable {
  private constructor(
    /** Where it answers, as in `http://127.0.0.1:40000`. */
    readonly origin: string,
    /** An access token for it. */
    readonly token: string,
    /** What files can be made of. */
    readonly sources: readonly Source[],
    readonly directory: string,
    readonly process: Deno.ChildProcess,
  ) {}

  /**
   * Starts it: `cli.ts` by this Deno, or the program that `HCA_PROGRAM` names.
   *
   * @throws {Error} when it ends before it listens
   */
  static async start(): Promise<LoadServer> {
    const directory = await Deno.realPath(
      await Deno.makeTempDir({ prefix: "hca-load-" }),
    );
    const sources = await writeSources(join(directory, "sources"));
    const dataDir = ["--data-dir", join(directory, "store")];
    const process = hca(directory, [
      ...["local", "serve", "--port", "0", ...dataDir],
      ...["--source-dir", join(directory, "sources")],
    ]).spawn();
    const origin = await findOrigin(process.stdout);
    const token = await hca(directory, ["local", "token", ...dataDir]).output();
    return new LoadServer(
      origin,
      new TextDecoder().decode(token.stdout).trim(),
      sources,
      directory,
      process,
    );
  }

  /** Stops it and removes everything. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.process.kill("SIGTERM");
    await this.process.status;
    await Deno.remove(this.directory, { recursive: true });
  }
}

function hca(directory: string, args: string[]): Deno.Command {
  const program = Deno.env.get("HCA_PROGRAM");
  const [command, first] = program
    ? [program, []]
    : [Deno.execPath(), ["run", "--allow-all", CLI]];
  return new Deno.Command(command, {
    args: [...first, ...args],
    env: {
      XDG_CONFIG_HOME: directory,
      XDG_DATA_HOME: directory,
      XDG_STATE_HOME: directory,
      HCA_CONFIG_FILE: "",
      HCA_SWAGGER_URL: "",
      NO_COLOR: "1",
    },
    stdin: "null",
    stdout: "piped",
    // One line for each request.
    stderr: "null",
  });
}

async function findOrigin(
  stdout: ReadableStream<Uint8Array>,
): Promise<string> {
  let text = "";
  const words = stdout.pipeThrough(new TextDecoderStream());
  for await (const piece of words.values({ preventCancel: true })) {
    text += piece;
    const [, origin] = /HCA_SWAGGER_URL=(\S+)\/v1\/swagger\.json\n/
      .exec(text) ?? [];
    if (origin !== undefined) return origin;
  }
  throw new Error(`hca local serve ended: ${text}`);
}

async function writeSources(directory: string): Promise<Source[]> {
  await Deno.mkdir(directory);
  return await Promise.all(
    Array.from({ length: 64 }, async (_, index) => {
      const path = join(directory, `source-${index}.json`);
      const content = JSON.stringify({
        source: index,
        text: "x".repeat(200 * index),
      });
      await Deno.writeTextFile(path, content);
      return { url: `file://${path}`, content };
    }),
  );
}
