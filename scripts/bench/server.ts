import { createServer } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { apiDocument } from "../../src/server/document/mod.ts";
import { BUNDLE_UUID, bundleJson } from "./listings.ts";
import {
  nginxConfig,
  type Route,
  ROUTES,
  type ServedDirectories,
} from "./nginx_config.ts";
import type { Blob } from "./served_content.ts";
import { blobName } from "./served_content.ts";

/** A server in a process of its own that plays a DSS. */
export class BenchServer implements AsyncDisposable {
  /** What it is, with its version. */
  readonly name: string;
  /** The directory of the blobs. */
  readonly blobs: string;
  readonly #origin: string;
  readonly #directories: ServedDirectories;
  readonly #process: Deno.ChildProcess;

  private constructor(
    name: string,
    origin: string,
    directories: ServedDirectories,
    process: Deno.ChildProcess,
  ) {
    this.name = name;
    this.blobs = directories.blobs;
    this.#origin = origin;
    this.#directories = directories;
    this.#process = process;
  }

  /** Starts it with its files below `directory`, which is there and empty. */
  static async start(directory: string): Promise<BenchServer> {
    const port = await freePort();
    const origin = `http://127.0.0.1:${port}`;
    const directories = {
      state: join(directory, "state"),
      blobs: join(directory, "blobs"),
      api: join(directory, "api"),
    };
    for (const path of Object.values(directories)) await Deno.mkdir(path);
    for (const route of ROUTES) {
      await writeDocuments(directories.api, `127.0.0.1:${port}`, route);
    }
    const nginx = await findNginx();
    const process = nginx === undefined
      ? startDeno(port, directories)
      : await startNginx(nginx.path, port, directories);
    const name = nginx?.version ?? `Deno ${Deno.version.deno}`;
    const server = new BenchServer(name, origin, directories, process);
    await server.#ready();
    return server;
  }

  /** The address of the API document; `openapi` is the Python client's. */
  documentUrl(
    route: Route = "",
    kind: "swagger" | "openapi" = "swagger",
  ): string {
    return `${this.#origin}${route}/v1/${kind}.json`;
  }

  /** The address that a blob's redirect leads to. */
  blobUrl(blob: Blob, route: Route = ""): string {
    return `${this.#origin}${route}/blobs/${blobName(blob)}`;
  }

  /** Makes `blobs` the files of the one bundle. */
  async serveBundle(blobs: readonly Blob[]): Promise<void> {
    const path = join(this.#directories.api, `${BUNDLE_UUID}.json`);
    await Deno.writeTextFile(path, bundleJson(blobs));
  }

  /** Bytes of bodies sent below `/logged` since the last call. */
  async takeLoggedBytes(): Promise<number> {
    const path = join(this.#directories.state, "bytes.log");
    const text = await Deno.readTextFile(path).catch(() => "");
    await Deno.truncate(path).catch(() => {});
    return text.split("\n").reduce((sum, line) => sum + Number(line), 0);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#process.kill("SIGTERM");
    await this.#process.status;
  }

  async #ready(): Promise<void> {
    for (let tries = 0; tries < 100; tries++) {
      const response = await fetch(this.documentUrl()).catch(() => undefined);
      await response?.body?.cancel();
      if (response?.ok) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    await this[Symbol.asyncDispose]();
    throw new Error(`${this.name} does not answer`);
  }
}

async function writeDocuments(
  api: string,
  host: string,
  route: Route,
): Promise<void> {
  const basePath = `${route}/v1`;
  const document = {
    ...apiDocument({ host, scheme: "http", version: "1.0.0" }),
    basePath,
  };
  const directory = join(api, basePath);
  await Deno.mkdir(directory, { recursive: true });
  const write = (name: string, value: unknown) =>
    Deno.writeTextFile(join(directory, name), JSON.stringify(value));
  await write("swagger.json", document);
  // The Python client takes https for granted unless the document is of
  // OpenAPI 3, where the address of the server is one text.
  const servers = [{ url: `http://${host}${basePath}` }];
  await write("openapi.json", { ...document, openapi: "3.0.0", servers });
}

async function findNginx(): Promise<
  { path: string; version: string } | undefined
> {
  for (const path of ["nginx", "/usr/sbin/nginx"]) {
    try {
      const command = new Deno.Command(path, { args: ["-v"] });
      const { stderr } = await command.output();
      const [version = "nginx"] =
        new TextDecoder().decode(stderr).match(/nginx\/\S+/) ?? [];
      return { path, version: version.replace("/", " ") };
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
  return undefined;
}

async function startNginx(
  nginx: string,
  port: number,
  directories: ServedDirectories,
): Promise<Deno.ChildProcess> {
  const { state } = directories;
  const path = join(state, "nginx.conf");
  const isRoot = Deno.uid() === 0;
  await Deno.writeTextFile(path, nginxConfig(port, directories, isRoot));
  const args = ["-p", state, "-c", path];
  return new Deno.Command(nginx, { args, stdin: "null" }).spawn();
}

function startDeno(
  port: number,
  { state, blobs, api }: ServedDirectories,
): Deno.ChildProcess {
  const script = fileURLToPath(new URL("deno_server.ts", import.meta.url));
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "--allow-all", script, String(port), state, blobs, api],
    stdin: "null",
  }).spawn();
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((done) => probe.listen(0, "127.0.0.1", done));
  const address = probe.address();
  await new Promise((done) => probe.close(done));
  if (typeof address === "object" && address !== null) return address.port;
  throw new Error("no free port");
}
