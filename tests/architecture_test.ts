/**
 * Which folder may import which, as `docs/architecture.md` draws it, held
 * against the import lines of the sources.
 *
 * @module
 */

import assert from "node:assert/strict";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const SRC = join(ROOT, "src");

const MAY_IMPORT: Record<string, readonly string[]> = {
  base: [],
  platform: ["base"],
  auth: ["base", "config", "http", "jwt", "swagger"],
  checksum: ["base"],
  config: ["base"],
  http: ["base"],
  jwt: ["base"],
  oidc: ["base", "jwt"],
  store: ["base"],
  terminal: ["base"],
  swagger: ["base", "http"],
  transfer: ["base", "http", "store"],
  services: ["base", "checksum", "http", "swagger", "store", "transfer"],
  thread: ["base", "platform", "store"],
  server: ["base", "checksum", "jwt", "oidc", "store", "swagger"],
  commands: [
    ...["auth", "base", "config", "http", "server", "services"],
    ...["store", "swagger", "terminal", "transfer"],
  ],
};

interface Import {
  file: string;
  specifier: string;
}

Deno.test("src folders import only what the architecture allows, and only each other's mod.ts", async () => {
  const problems: string[] = [];
  const used: Record<string, Set<string>> = {};
  for (const { file, specifier } of await importsBelow(SRC)) {
    if (!specifier.startsWith(".")) continue;
    const from = folderOf(file);
    const target = join(dirname(file), specifier);
    const to = folderOf(target);
    if (to === from) continue;
    (used[from] ??= new Set()).add(to);
    const name = relative(ROOT, file);
    if (!MAY_IMPORT[from]?.includes(to)) {
      problems.push(`${name} imports ${to}/`);
    }
    if (relative(join(SRC, to), target) !== "mod.ts") {
      problems.push(`${name} imports ${specifier}, not the folder's mod.ts`);
    }
  }
  assert.deepEqual(problems, []);
  // An arrow that nothing uses any more is to be taken out of the drawing.
  for (const [from, allowed] of Object.entries(MAY_IMPORT)) {
    assert.deepEqual([...used[from] ?? []].sort(), [...allowed].sort(), from);
  }
});

Deno.test("docs/architecture.md has the allowed imports, and every folder", async () => {
  const text = await Deno.readTextFile(join(ROOT, "docs/architecture.md"));
  const [, table = ""] = text.split("## What may import what");
  const rows = (table.split(/^## /m, 1)[0] ?? "")
    .matchAll(/^\| `(\w+)\/` +\| ([a-z, ]+?)(?: *|;.*) \|$/gm);
  const told = [...rows].map(([, folder = "", allowed = ""]) => [
    folder,
    allowed === "nothing" ? [] : allowed.split(", "),
  ]);
  assert.deepEqual(Object.fromEntries(told), MAY_IMPORT);
  const folders = [...Deno.readDirSync(SRC)].map(({ name }) => name);
  assert.deepEqual(folders.sort(), Object.keys(MAY_IMPORT).sort());
});

Deno.test("the allowed imports lead one way only", () => {
  const visit = (folder: string, above: readonly string[]): void => {
    assert.ok(!above.includes(folder), [...above, folder].join(" → "));
    for (const next of MAY_IMPORT[folder] ?? []) {
      visit(next, [...above, folder]);
    }
  };
  for (const folder of Object.keys(MAY_IMPORT)) visit(folder, []);
});

Deno.test("only src/platform says Deno or imports node: or a pinned npm package", async () => {
  for (const { file, specifier } of await importsBelow(SRC)) {
    const isPlatform = folderOf(file) === "platform";
    assert.ok(
      /^\.\.?\/.*\.ts$/.test(specifier) ||
        isPlatform && /^(node:|npm:@?[\w/-]+@\d)/.test(specifier),
      `${relative(ROOT, file)} imports ${specifier}`,
    );
  }
  for (const file of await sourcesBelow(SRC)) {
    if (folderOf(file) === "platform") continue;
    const text = withoutComments(await Deno.readTextFile(file));
    assert.doesNotMatch(text, /\bDeno\./, relative(ROOT, file));
  }
});

Deno.test("mod.ts reaches no package, no import map and no command", async () => {
  const seen = new Set<string>();
  const visit = async (file: string): Promise<void> => {
    if (seen.has(file) || !file.endsWith(".ts")) return;
    seen.add(file);
    for (const { specifier } of await importsOf(file)) {
      if (specifier.startsWith("node:")) continue;
      assert.match(specifier, /^\.\.?\//, `${file} imports ${specifier}`);
      await visit(join(dirname(file), specifier));
    }
  };
  await visit(join(ROOT, "mod.ts"));
  const folders = new Set([...seen].map(folderOf));
  assert.ok(folders.has("services"));
  assert.ok(!folders.has("commands") && !folders.has("terminal"));
});

Deno.test("the core's type check refuses Deno", async () => {
  const file = await Deno.makeTempFile({ suffix: ".ts" });
  try {
    await Deno.writeTextFile(file, "export const cwd = Deno.cwd();\n");
    const { success, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["check", "--config", "scripts/core.deno.json", file],
      cwd: ROOT,
      env: { NO_COLOR: "1" },
    }).output();
    assert.equal(success, false);
    assert.match(new TextDecoder().decode(stderr), /Cannot find name 'Deno'/);
  } finally {
    await Deno.remove(file);
  }
});

function folderOf(file: string): string {
  return relative(SRC, file).split(/[\\/]/)[0] ?? "";
}

async function sourcesBelow(directory: string): Promise<string[]> {
  const files: string[] = [];
  for await (const entry of Deno.readDir(directory)) {
    const path = join(directory, entry.name);
    if (entry.isDirectory) files.push(...await sourcesBelow(path));
    else if (entry.name.endsWith(".ts")) files.push(path);
  }
  return files;
}

async function importsBelow(directory: string): Promise<Import[]> {
  const files = await sourcesBelow(directory);
  return (await Promise.all(files.map(importsOf))).flat();
}

async function importsOf(file: string): Promise<Import[]> {
  const text = withoutComments(await Deno.readTextFile(file));
  const pattern =
    /(?:^|\n)\s*(?:import|export)\b[^;"']*?\bfrom\s*"([^"]+)"|(?:^|\n)import\s*"([^"]+)"|\bimport\(\s*"([^"]+)"/g;
  return [...text.matchAll(pattern)].map(([, from, bare, dynamic]) => ({
    file,
    specifier: from ?? bare ?? dynamic ?? "",
  }));
}

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, "").replace(/^\s*\/\/.*$/gm, "");
}
