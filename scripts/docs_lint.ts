// deno-lint-ignore-file no-console -- a script speaks to its reader
/**
 * What the documents promise, held against the tree: relative links lead
 * somewhere, files named in `code` exist, and the version has a changelog.
 *
 * @module
 */

import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const problems: string[] = [];

for (const file of await documents(root)) {
  const name = relative(root, file);
  const text = await Deno.readTextFile(file);
  for (const [, target = ""] of text.matchAll(/\]\(([^)\s]+)\)/g)) {
    if (/^[a-z]+:/i.test(target) || target.startsWith("#")) continue;
    const path = join(dirname(file), target.replace(/#.*$/, ""));
    if (!await exists(path)) problems.push(`${name}: no ${target}`);
  }
  // `src/…` paths, and in the architecture those below src/.
  for (const [, path = ""] of text.matchAll(/`([\w./-]+\.ts)`/g)) {
    const found = await exists(join(root, path)) ||
      await exists(join(root, "src", path)) ||
      await exists(join(root, "src/commands", path));
    if (!found) problems.push(`${name}: no file ${path}`);
  }
}

const changelog = await Deno.readTextFile(join(root, "CHANGELOG.md"));
const { version } = JSON.parse(
  await Deno.readTextFile(join(root, "deno.json")),
);
if (!changelog.includes(`## ${version}`) && !/## Unreleased/.test(changelog)) {
  problems.push(`CHANGELOG.md: nothing about ${version}`);
}

if (problems.length > 0) {
  console.error(problems.join("\n"));
  Deno.exit(1);
}
console.log("docs ok");

async function documents(directory: string): Promise<string[]> {
  const found: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(directory)) {
    const path = join(directory, name);
    if (isDirectory && !name.startsWith(".") && name !== "node_modules") {
      found.push(...await documents(path));
    } else if (name.endsWith(".md")) found.push(path);
  }
  return found;
}

async function exists(path: string): Promise<boolean> {
  return await Deno.stat(path).then(() => true, () => false);
}
