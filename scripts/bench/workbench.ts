import type { HcaTool } from "./hca_tool.ts";
import { measure, type Program, type Sample, tally } from "./measure.ts";
import type { BenchOptions } from "./options.ts";
import type { OtherTools } from "./other_tools.ts";
import type { BenchServer } from "./server.ts";
import type { ContentMaker } from "./served_content.ts";
import { MIB } from "./units.ts";

// A run of many files; those of big ones would fill the disk.
const KEPT_BYTES = 256 * MIB;

/** A tool with what it has to do. */
export interface Contestant {
  /** What the table calls it. */
  tool: string;
  /** The program that downloads into `directory`. */
  program(directory: string): Program | Promise<Program>;
  /** Where the files are afterwards. Default: the directory itself. */
  resultOf?(directory: string): string;
  /** Files to be found there. */
  files: number;
  /** Their bytes. */
  sizeBytes: number;
  /** Below which directory it downloads. Default: that of all. */
  base?: string;
}

/** What a contestant did. */
export interface Performance {
  /** What the table calls it. */
  tool: string;
  /** Its rounds. */
  samples: Sample[];
  /** Why there are no more rounds; undefined: all went well. */
  failure: string | undefined;
}

/** Everything that the work items work with. */
export class Workbench {
  /** hca. */
  readonly hca: HcaTool;
  /** What it is compared with. */
  readonly others: OtherTools;
  /** Where all of it comes from. */
  readonly server: BenchServer;
  /** Makes what is served. */
  readonly contents: ContentMaker;
  /** What was asked for. */
  readonly options: BenchOptions;
  /** Where lists and manifests go. */
  readonly lists: string;
  /** The home directory of the tools. */
  readonly home: string;
  /** Where downloads go. */
  readonly downloads: string;
  /** Whether memory and processor time can be told. */
  readonly gnuTime: boolean;
  /** Ends the run. */
  readonly signal: AbortSignal;

  /** Puts it together. */
  constructor(
    parts: Pick<
      Workbench,
      | "hca"
      | "others"
      | "server"
      | "contents"
      | "options"
      | "lists"
      | "home"
      | "downloads"
      | "gnuTime"
      | "signal"
    >,
  ) {
    this.hca = parts.hca;
    this.others = parts.others;
    this.server = parts.server;
    this.contents = parts.contents;
    this.options = parts.options;
    this.lists = parts.lists;
    this.home = parts.home;
    this.downloads = parts.downloads;
    this.gnuTime = parts.gnuTime;
    this.signal = parts.signal;
  }

  /** Tells whoever waits how things go. */
  say(text: string): void {
    Deno.stderr.writeSync(new TextEncoder().encode(`${text}\n`));
  }

  /** A number of bytes or files, smaller with `--quick`. */
  scaled(full: number, quick: number): number {
    return this.options.quick ? quick : full;
  }

  /**
   * Lets all tools run in every round, in turns: what slows the machine down
   * for a while hits each of them, and none is always the first.
   */
  async compete(contestants: readonly Contestant[]): Promise<Performance[]> {
    const results = contestants.map(({ tool }): Performance => ({
      tool,
      samples: [],
      failure: undefined,
    }));
    for (let round = 0; round < this.options.rounds; round++) {
      for (let turn = 0; turn < contestants.length; turn++) {
        const index = (round + turn) % contestants.length;
        const [contestant, result] = [contestants[index], results[index]];
        if (contestant === undefined || result === undefined) continue;
        if (result.failure !== undefined) continue;
        try {
          result.samples.push(await this.#runOnce(contestant));
        } catch (error) {
          this.signal.throwIfAborted();
          result.failure = error instanceof Error ? error.message : `${error}`;
        }
      }
    }
    return results;
  }

  /**
   * Makes a directory and lends it. It is removed with all that is in it, or
   * kept until the end if it is small: ext4 does not take the inodes of
   * deleted files again for minutes, and steps over them one by one, which
   * would double what the next run costs.
   */
  async inFreshDirectory<T>(
    use: (directory: string) => Promise<T>,
    { base = this.downloads, sizeBytes }: { base?: string; sizeBytes: number },
  ): Promise<T> {
    const directory = await Deno.makeTempDir({ dir: base, prefix: "hca-run-" });
    try {
      return await use(directory);
    } finally {
      const isKept = base === this.downloads && sizeBytes <= KEPT_BYTES;
      if (!isKept) await Deno.remove(directory, { recursive: true });
      // What one tool left to be written must not slow the next one down.
      await new Deno.Command("sync", { args: ["-f", base] }).output();
    }
  }

  async #runOnce(contestant: Contestant): Promise<Sample> {
    return await this.inFreshDirectory(async (directory) => {
      const program = await contestant.program(directory);
      const sample = await measure(program, directory, this);
      const result = contestant.resultOf?.(directory) ?? directory;
      const found = await tally(result);
      if (
        found.files === contestant.files &&
        found.sizeBytes === contestant.sizeBytes
      ) return sample;
      throw new Error(
        `${found.files} files with ${found.sizeBytes} bytes, not ` +
          `${contestant.files} with ${contestant.sizeBytes}`,
      );
    }, contestant);
  }
}
