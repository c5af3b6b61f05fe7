/**
 * What the tests of this folder need of the system: root, mounts, and tools
 * of Linux. They run where `HCA_FAULTS_OS` is set, and fail where something
 * is missing then, rather than being left out unseen.
 *
 * @module
 */

import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Given, Outcome, RunOptions } from "../_case.ts";
import { runHca } from "../_case.ts";
import type { Subject } from "../_suite.ts";
import { faultTest, type Note } from "../_suite.ts";

/** Registers a test that needs the system. */
export function systemTest(
  moduleUrl: string,
  subject: Subject,
  work: (note: Note) => Promise<void>,
): void {
  faultTest(moduleUrl, { ...subject, system: true }, work);
}

/** Runs a tool; gives what it wrote. */
export async function run(command: string, ...args: string[]): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(command, { args })
    .output();
  const decoder = new TextDecoder();
  if (success) return decoder.decode(stdout);
  throw new Error(
    `${command} ${args.join(" ")} failed: ${decoder.decode(stderr)}`,
  );
}

/** A file system in memory at a directory, until it is disposed. */
export async function mountMemory(
  directory: string,
  options: string,
): Promise<AsyncDisposable> {
  await Deno.mkdir(directory, { recursive: true });
  await run("mount", "-t", "tmpfs", "-o", options, "tmpfs", directory);
  return {
    async [Symbol.asyncDispose]() {
      await run("umount", "--lazy", directory);
    },
  };
}

/** Runs hca inside of another program, such as a shell that sets limits. */
export async function runHcaUnder(
  given: Given,
  under: string[],
  words: string[],
  options: RunOptions = {},
): Promise<Outcome> {
  const { sandbox } = given;
  const program = Object.create(sandbox, {
    spawn: {
      value: (
        args: string[],
        { environment = {} }: { environment?: Record<string, string> },
      ) => {
        const [command = "", ...first] = under;
        return new Deno.Command(command, {
          args: [...first, ...args],
          cwd: sandbox.work,
          env: { ...sandbox.environment, ...environment },
          stdin: "null",
          stdout: "piped",
          stderr: "piped",
        }).spawn();
      },
    },
  });
  return await runHca(program, words, options);
}

const SHIM = fileURLToPath(new URL("shim.c", import.meta.url));

/**
 * Builds the library that makes system calls fail (see `shim.c`) and gives
 * the environment that puts it before a program.
 */
export async function buildShim(
  { sandbox }: Given,
  variables: Record<string, string>,
): Promise<Record<string, string>> {
  const library = join(sandbox.directory, "shim.so");
  await run("gcc", "-shared", "-fPIC", "-O1", "-o", library, SHIM, "-ldl");
  return { LD_PRELOAD: library, ...variables };
}
