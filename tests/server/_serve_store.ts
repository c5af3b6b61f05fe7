/**
 * Serves a store over HTTP until it is killed: `_serve_store.ts DATA SOURCES`.
 * Says its port and a token in one line of JSON. `POST /import` imports a
 * directory, as another command would.
 *
 * @module
 */

import { joinPath } from "../../src/base/mod.ts";
import {
  createNodeHash,
  denoClock,
  denoFiles,
  openSqlite,
} from "../../src/platform/mod.ts";
import { LocalDss } from "../../src/server/local_dss.ts";

const [dataDir = "", sources = ""] = Deno.args;
if (dataDir === "" || sources === "") {
  // A store in the directory of whoever runs it would be no help.
  throw new TypeError("usage: _serve_store.ts DATA SOURCES");
}
const dss = await LocalDss.open({
  dataDir,
  runtime: {
    files: denoFiles,
    clock: denoClock,
    random: Math.random,
    createHash: createNodeHash,
  },
  openDatabase: openSqlite,
  version: "1.2.3",
  admins: ["admin@example.org"],
  settings: { directories: [sources], asyncAboveBytes: 100_000 },
});
const { accessToken } = await dss.issueTokens({ email: "admin@example.org" });

async function answer(request: Request): Promise<Response> {
  if (new URL(request.url).pathname !== "/import") {
    return await dss.handler(request);
  }
  const { name, uuid } = await request.json();
  const directory = joinPath(sources, name);
  return Response.json(await dss.importDirectory({ directory, uuid }));
}

void dss.runTasksUntil(new AbortController().signal);
Deno.serve({
  hostname: "127.0.0.1",
  port: 0,
  // deno-lint-ignore no-console -- its one line for whoever started it
  onListen: ({ port }) => console.log(JSON.stringify({ port, accessToken })),
}, answer);
