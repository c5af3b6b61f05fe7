import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { BUNDLE_UUID } from "./listings.ts";
import type { Program } from "./measure.ts";

// As scripts/compile.ts sets them.
const V8_FLAGS = "--v8-flags=--max-semi-space-size=8";

/** The hca that is measured. */
export class HcaTool {
  /** Its version and how it is run. */
  readonly version: string;
  readonly #launcher: readonly string[];
  readonly #env: Record<string, string>;
  readonly #options: string;

  private constructor(
    version: string,
    launcher: readonly string[],
    env: Record<string, string>,
    options: string,
  ) {
    this.version = version;
    this.#launcher = launcher;
    this.#env = env;
    this.#options = options;
  }

  /**
   * Looks at the program and what it can do.
   *
   * @param binary a compiled one, or the bundle it is made of; undefined:
   * from source
   * @param home an empty directory, to keep out what the user has configured
   * @throws {Error} when it does not run
   */
  static async find(
    binary: string | undefined,
    home: string,
  ): Promise<HcaTool> {
    const source = fileURLToPath(new URL("../../cli.ts", import.meta.url));
    // What `deno task compile` puts into the program, without the program.
    const script = binary?.endsWith(".js") ? binary : source;
    const isScript = binary === undefined || script === binary;
    const launcher = isScript
      ? [Deno.execPath(), "run", "--allow-all", V8_FLAGS, script]
      : [binary];
    const env = await ownEnvironment(home);
    const run = async (...args: string[]) => {
      const [path = "", ...rest] = [...launcher, ...args];
      const command = new Deno.Command(path, { args: rest, env });
      const { success, stdout, stderr } = await command.output();
      const text = new TextDecoder();
      if (success) return text.decode(stdout).trim();
      throw new Error(`hca does not run: ${text.decode(stderr).trim()}`);
    };
    const version = (await run("--version")).replace(/^hca /, "");
    const help = await run("dss", "download-manifest", "--help");
    const how = isScript
      ? `${binary === undefined ? "from source" : "bundled"}, ` +
        `Deno ${Deno.version.deno}`
      : "compiled";
    return new HcaTool(`${version} (${how})`, launcher, env, help);
  }

  /** Whether downloads have an option. */
  supports(option: string): boolean {
    return new RegExp(`(^|\\s)${option}\\b`, "m").test(this.#options);
  }

  /** `hca dss download` of the one bundle, into `directory`. */
  bundle(url: string, directory: string, ...options: string[]): Program {
    return this.#download(
      ["download", "--bundle-uuid", BUNDLE_UUID],
      ...[url, directory, options] as const,
    );
  }

  /** `hca dss download-manifest` in layout none, into `directory`. */
  manifest(
    path: string,
    url: string,
    directory: string,
    ...options: string[]
  ): Program {
    return this.#download(
      ["download-manifest", "--manifest", path],
      ...[url, directory, options] as const,
    );
  }

  #download(
    command: string[],
    url: string,
    directory: string,
    options: readonly string[],
  ): Program {
    const argv = [
      ...this.#launcher,
      ...["dss", ...command, "--replica", "aws"],
      ...["--download-dir", directory, ...options],
    ];
    return { argv, env: { ...this.#env, HCA_SWAGGER_URL: url } };
  }
}

/** Where hca puts contents below a download directory. */
export function storeOf(directory: string): string {
  return join(directory, ".hca", "v2", "files_2_4");
}

async function ownEnvironment(home: string): Promise<Record<string, string>> {
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["info", "--json"],
  }).output();
  const { denoDir } = JSON.parse(new TextDecoder().decode(stdout));
  return {
    HOME: home,
    XDG_CONFIG_HOME: join(home, "config"),
    XDG_CACHE_HOME: join(home, "cache"),
    XDG_DATA_HOME: join(home, "data"),
    XDG_STATE_HOME: join(home, "state"),
    HCA_CONFIG_FILE: "",
    HCA_ACCESS_TOKEN: "",
    DENO_DIR: denoDir,
    DENO_NO_UPDATE_CHECK: "1",
    NO_COLOR: "1",
  };
}
