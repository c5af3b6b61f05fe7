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

// What hca needs and nothing more: services anywhere, the user's files, and
// the environment variables it is documented to read. No subprocesses, no
// native libraries, no system information.
const VARIABLES = [
  "APPDATA",
  "HCA_ACCESS_TOKEN",
  "HCA_CONFIG_FILE",
  "HCA_LOCAL_DIR",
  "HCA_SWAGGER_URL",
  "HOME",
  "LOCALAPPDATA",
  "NO_COLOR",
  "USERPROFILE",
  "XDG_CACHE_HOME",
  "XDG_CONFIG_HOME",
  "XDG_DATA_HOME",
  "XDG_STATE_HOME",
];

const root = fileURLToPath(new URL("..", import.meta.url));
const bundled = join(root, "dist", "bundle");

await Deno.remove(bundled, { recursive: true }).catch(() => {});
await esbuild.build({
  absWorkingDir: root,
  entryPoints: ["cli.ts"],
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
    "--allow-net",
    "--allow-read",
    "--allow-write",
    `--allow-env=${VARIABLES.join(",")}`,
    "--output",
    "dist/hca",
    ...Deno.args,
    "dist/bundle/cli.js",
  ],
}).spawn().status;
Deno.exit(code);
