import { resolve } from "node:path";

/** What the command line asks for. */
export interface BenchOptions {
  /** Smaller sizes and one round. */
  quick: boolean;
  /** How often each tool runs. */
  rounds: number;
  /** A compiled hca; undefined: from source. */
  hca: string | undefined;
  /** The program of the old Python client; undefined: left out. */
  pythonHca: string | undefined;
  /** Where the downloads go; undefined: a new temporary directory. */
  dir: string | undefined;
  /** Where the served files lie; undefined: in memory if possible. */
  dataDir: string | undefined;
  /** Parts of the names of the work items to run; empty: all. */
  only: string[];
  /** Whether docs/performance.md is written. */
  write: boolean;
  /** Whether only the help is wanted. */
  help: boolean;
}

/** What `--help` says. */
export const USAGE = `Usage: deno task bench [options]

Measures hca against curl, aria2 and the old Python client on a server of its
own, and prints a table.

  --quick            one round with smaller sizes, to see that all works
  --rounds N         rounds (default: 5; with --quick 1)
  --hca PATH         a compiled hca, or its bundle dist/bundle/cli.js
                     (default: cli.ts by this Deno)
  --python-hca PATH  the old client's program, hca 7 of PyPI (default: none)
  --dir PATH         download below this directory (default: temporary)
  --data-dir PATH    keep the served files below this directory
                     (default: /dev/shm, else temporary)
  --only TEXT        only work items with this in their name; may be repeated
  --write            write docs/performance.md and its plots
  --help             show this text
`;

/**
 * Reads the command line.
 *
 * @throws {Error} that says what is wrong with it
 */
export function parseOptions(args: readonly string[]): BenchOptions {
  const values = new Map<string, string[]>();
  const rest = [...args];
  for (let name = rest.shift(); name !== undefined; name = rest.shift()) {
    if (!USAGE.includes(`  ${name} `)) {
      throw new Error(`unknown option ${name}; see --help`);
    }
    const takesValue = new RegExp(`  ${name} [A-Z]`).test(USAGE);
    const value = takesValue ? rest.shift() : "";
    if (value === undefined) throw new Error(`${name} needs a value`);
    values.set(name, [...values.get(name) ?? [], value]);
  }
  const last = (name: string) => values.get(name)?.at(-1);
  const quick = values.has("--quick");
  const only = values.get("--only") ?? [];
  const write = values.has("--write");
  if (write && only.length > 0) {
    throw new Error("--write needs all work items; leave out --only");
  }
  return {
    quick,
    rounds: parseRounds(last("--rounds") ?? (quick ? "1" : "5")),
    // The tools run in directories of their own.
    hca: absolute(last("--hca")),
    pythonHca: absolute(last("--python-hca")),
    dir: last("--dir"),
    dataDir: last("--data-dir"),
    only,
    write,
    help: values.has("--help"),
  };
}

function absolute(path: string | undefined): string | undefined {
  return path === undefined ? undefined : resolve(path);
}

function parseRounds(text: string): number {
  const rounds = Number(text);
  if (/^\d+$/.test(text) && rounds >= 1 && rounds <= 100) return rounds;
  throw new Error(`--rounds ${text} is not a number from 1 to 100`);
}
