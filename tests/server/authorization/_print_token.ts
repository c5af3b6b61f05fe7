/**
 * A process that opens the store of a directory, waits for a line on standard
 * input, and prints a token that it made there. Usage: _print_token.ts DIR
 *
 * @module
 */

import {
  createNodeHash,
  denoClock,
  denoFiles,
  openSqlite,
} from "../../../src/platform/mod.ts";
import { LocalDss } from "../../../src/server/local_dss.ts";

const [dataDir] = Deno.args;
if (dataDir === undefined) throw new TypeError("usage: _print_token.ts DIR");
using dss = await LocalDss.open({
  dataDir,
  runtime: {
    files: denoFiles,
    clock: denoClock,
    random: Math.random,
    createHash: createNodeHash,
  },
  openDatabase: openSqlite,
  version: "1",
});
const write = (line: string) =>
  Deno.stdout.write(new TextEncoder().encode(`${line}\n`));
await write("ready");
await Deno.stdin.read(new Uint8Array(1));
await write((await dss.issueTokens({ email: "a@b" })).accessToken);
