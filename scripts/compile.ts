/**
 * Compiles `dist/hca`. Without a download of Deno's runtime, name one by
 * `DENORT_BIN`, which deno itself reads.
 *
 * The sources are bundled first: a program of some 150 modules starts a
 * third faster as one file. What is imported dynamically stays apart, so a
 * command loads only what it uses.
 *
 * @module
 */

import * as esbuild from "npm:esbuild@0.25.12";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const bundled = join(root, "dist", "bundle");

await Deno.remove(bundled, { recursive: true }).catch(() => {});
await esbuild.build({
  absWorkingDir: root,
  // The second one is the program of a thread, started by the first.
  entryPoints: { cli: "cli.ts", store_worker: "src/thread/store_worker.ts" },
  outdir: bundled,
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "node",
  target: "esnext",
  // Deno puts packages into the binary by itself.
  external: ["npm:*"],
});
await esbuild.stop();

const { code } = await new Deno.Command(Deno.execPath(), {
  cwd: root,
  args: [
    "compile",
    "--no-prompt",
    // V8's young generation grows to 32 MiB and more otherwise, in each of the
    // two threads, and most of what is in it is garbage.
    "--v8-flags=--max-semi-space-size=8",
    // All of it: Deno keeps what is below /dev from programs with less, and
    // /dev/shm and /dev/stdin are where data of pipelines is.
    "--allow-all",
    "--include",
    "dist/bundle/store_worker.js",
    "--output",
    "dist/hca",
    ...Deno.args,
    "dist/bundle/cli.js",
  ],
}).spawn().status;
Deno.exit(code);
