import { join } from "node:path";
import { BUNDLE_UUID } from "./listings.ts";
import type { Program } from "./measure.ts";

/** A program that hca is compared with. */
export interface OtherTool {
  /** The program. */
  path: string;
  /** Its version. */
  version: string;
}

/** What is installed of the programs that hca is compared with. */
export interface OtherTools {
  /** curl, which does not verify. */
  curl?: OtherTool;
  /** openssl, which hashes after curl. */
  openssl?: OtherTool;
  /** aria2, which can verify. */
  aria2?: OtherTool;
  /** The old Python client, which verifies. */
  python?: OtherTool;
}

/** Looks for the other tools. */
export async function findOtherTools(
  pythonHca: string | undefined,
  home: string,
  documentUrl: string,
): Promise<OtherTools> {
  return {
    curl: await find("curl", ["--version"], /curl ([\d.]+)/),
    openssl: await find("openssl", ["version"], /OpenSSL ([\w.]+)/),
    aria2: await find("aria2c", ["--version"], /version ([\d.]+)/),
    python: pythonHca === undefined ? undefined : await find(
      pythonHca,
      ["--version"],
      /hca ([\d.]+) \((\S+ \S+)/,
      await pythonEnvironment(home, documentUrl),
    ),
  };
}

async function find(
  path: string,
  args: string[],
  pattern: RegExp,
  env?: Record<string, string>,
): Promise<OtherTool | undefined> {
  const command = new Deno.Command(path, { args, env });
  const output = await command.output().catch(() => undefined);
  if (output === undefined) return undefined;
  const said = pattern.exec(new TextDecoder().decode(output.stdout));
  if (said !== null) return { path, version: said.slice(1).join(", ") };
  throw new Error(
    `${path} ${args.join(" ")} does not say its version: ` +
      new TextDecoder().decode(output.stderr).trim().split("\n").at(-1),
  );
}

/** Sixteen addresses of a list at a time, nothing verified. */
export function curlMany(tool: OtherTool, list: string): Program {
  const flags = ["-Z", "--parallel-max", "16", "-sSf", "--config", list];
  return { argv: [tool.path, ...flags] };
}

/** One address, then its SHA-256 by openssl. */
export function curlAndHash(
  curl: OtherTool,
  openssl: OtherTool,
  url: string,
): Program {
  const script = '"$1" -sSf -o file "$3" && "$2" dgst -sha256 file';
  return {
    argv: ["sh", "-c", script, "sh", curl.path, openssl.path, url],
  };
}

const QUIET = ["--quiet", "--no-conf"];

/** Sixteen addresses of a list at a time, nothing verified. */
export function aria2Many(tool: OtherTool, list: string): Program {
  return { argv: [tool.path, ...QUIET, "-j16", "-i", list] };
}

/** One address on several connections, verified. */
export function aria2Verified(
  tool: OtherTool,
  url: string,
  sha256: string,
  connections: number,
): Program {
  const flags = [`-x${connections}`, `-s${connections}`, "-k1M"];
  const checksum = `--checksum=sha-256=${sha256}`;
  return { argv: [tool.path, ...QUIET, ...flags, checksum, url] };
}

/** The old client's download of the one bundle. */
export async function pythonBundle(
  tool: OtherTool,
  home: string,
  documentUrl: string,
  directory: string,
): Promise<Program> {
  const argv = [
    ...[tool.path, "dss", "download", "--replica", "aws"],
    ...["--bundle-uuid", BUNDLE_UUID, "--download-dir", directory],
  ];
  return { argv, env: await pythonEnvironment(home, documentUrl) };
}

// The program reads the document of the login service at every start too.
async function pythonEnvironment(
  home: string,
  documentUrl: string,
): Promise<Record<string, string>> {
  const config = join(home, "python.json");
  const service = { swagger_url: documentUrl };
  await Deno.writeTextFile(
    config,
    JSON.stringify({ DSSClient: service, AuthClient: service }),
  );
  return { HOME: home, XDG_CONFIG_HOME: home, HCA_CONFIG_FILE: config };
}
