import { join } from "node:path";

/** A program to run. */
export interface Program {
  /** The program and its arguments. */
  argv: string[];
  /** Variables on top of the environment. */
  env?: Record<string, string>;
}

/** One run of a program. */
export interface Sample {
  /** From its start to its end, seconds. */
  seconds: number;
  /** Processor time of the program and its children, seconds. */
  cpuSeconds: number;
  /** Most memory of any of its processes, bytes; NaN: not known. */
  peakBytes: number;
}

const GNU_TIME = "/usr/bin/time";

/** Whether GNU time is there, which tells memory and processor time. */
export async function hasGnuTime(): Promise<boolean> {
  const command = new Deno.Command(GNU_TIME, { args: ["--version"] });
  const output = await command.output().catch(() => undefined);
  return output !== undefined &&
    new TextDecoder().decode(output.stdout).includes("GNU");
}

/**
 * Runs a program in the directory `cwd` and waits for its end.
 *
 * @throws {Error} with what it wrote last, when it does not exit with 0
 */
export async function measure(
  program: Program,
  cwd: string,
  options: { gnuTime: boolean; signal: AbortSignal },
): Promise<Sample> {
  const statistics = join(cwd, ".time");
  const [path = "", ...args] = options.gnuTime
    ? [GNU_TIME, "-f", "%M %U %S", "-o", statistics, ...program.argv]
    : program.argv;
  const command = new Deno.Command(path, {
    args,
    cwd,
    env: program.env,
    stdin: "null",
    signal: options.signal,
  });
  const startedAt = performance.now();
  const output = await command.output();
  const seconds = (performance.now() - startedAt) / 1000;
  options.signal.throwIfAborted();
  if (!output.success) throw new Error(whyFailed(output));
  if (!options.gnuTime) return { seconds, cpuSeconds: NaN, peakBytes: NaN };
  const [kib = NaN, user = NaN, system = NaN] =
    (await Deno.readTextFile(statistics)).split(" ").map(Number);
  await Deno.remove(statistics);
  return { seconds, cpuSeconds: user + system, peakBytes: kib * 1024 };
}

function whyFailed({ code, stdout, stderr }: Deno.CommandOutput): string {
  const text = new TextDecoder();
  const lines = `${text.decode(stdout)}\n${text.decode(stderr)}`.trim();
  return `exit status ${code}: ${lines.split("\n").slice(-3).join(" / ")}`;
}

/** Files below a directory and their bytes. */
export interface Tally {
  /** Regular files. */
  files: number;
  /** Their sizes. */
  sizeBytes: number;
}

/**
 * Counts what was downloaded into a directory, without `bundle.json`, which
 * only some tools write; a directory that is not there is empty.
 */
export async function tally(directory: string): Promise<Tally> {
  const sum = { files: 0, sizeBytes: 0 };
  for await (const { name, size } of filesBelow(directory)) {
    if (name === "bundle.json") continue;
    sum.files++;
    sum.sizeBytes += size;
  }
  return sum;
}

/** The bytes that the files below a directory occupy on the disk. */
export async function allocatedBytes(directory: string): Promise<number> {
  let bytes = 0;
  for await (const { blocks } of filesBelow(directory)) {
    bytes += (blocks ?? 0) * 512;
  }
  return bytes;
}

async function* filesBelow(
  directory: string,
): AsyncGenerator<Deno.FileInfo & { name: string }, void, void> {
  let entries: Deno.DirEntry[];
  try {
    entries = await Array.fromAsync(Deno.readDir(directory));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return;
    throw error;
  }
  for (const { name, isDirectory, isFile } of entries) {
    const path = join(directory, name);
    if (isDirectory) yield* filesBelow(path);
    // A file may be renamed or removed while it is looked at.
    const info = isFile
      ? await Deno.lstat(path).catch(() => undefined)
      : undefined;
    if (info !== undefined) yield { ...info, name };
  }
}
