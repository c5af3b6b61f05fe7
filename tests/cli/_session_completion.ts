import { DocumentCache } from "../../src/swagger/mod.ts";
import { joinPath, type Json } from "../../src/base/mod.ts";
import { program } from "../../src/commands/program.ts";
import { SessionCompleter } from "../../src/commands/repl/completion/mod.ts";
import { Session } from "../../src/commands/repl/session.ts";
import type { Environment } from "../../src/commands/mod.ts";
import type { LineCompletion } from "../../src/terminal/mod.ts";
import { FakeClock } from "../support/fake_clock.ts";
import { TestEnvironment } from "../support/test_environment.ts";

export const A = "aaaaaaaa-0000-4000-8000-000000000001";
export const B = "abbbbbbb-0000-4000-8000-000000000002";
export const C = "cccccccc-0000-4000-8000-000000000003";
export const V1 = "2018-01-01T000000.000000Z";
export const V2 = "2019-02-02T000000.000000Z";

/** What a case is made with. */
export interface CaseOptions {
  /** Bundles of earlier sessions, newest first. */
  recent?: readonly string[];
  /** Changes the world before the session begins. */
  prepare?: (hca: TestEnvironment) => void | Promise<void>;
  /** Parts of the outside to replace. */
  outside?: Partial<Environment>;
}

/** A session whose lines are completed. */
export class SessionCompletion implements AsyncDisposable {
  readonly completer: SessionCompleter;

  private constructor(
    readonly hca: TestEnvironment,
    readonly session: Session,
    readonly clock: FakeClock,
  ) {
    this.completer = new SessionCompleter(session);
  }

  static async create(options: CaseOptions = {}): Promise<SessionCompletion> {
    const hca = await TestEnvironment.create();
    const clock = new FakeClock();
    for (const name of ["STATE", "CACHE"]) {
      hca.variables.set(`XDG_${name}_HOME`, `${hca.root}/${name}`);
    }
    hca.runtime.files = { ...hca.runtime.files };
    // What takes long on a busy machine is at once nevertheless.
    hca.runtime.clock = clock;
    if (options.recent !== undefined) {
      const text = JSON.stringify({ fqids: options.recent });
      await hca.write(`${hca.root}/STATE/hca/recent.json`, text);
    }
    await options.prepare?.(hca);
    const session = new Session({
      environment: { ...hca.environment, ...options.outside },
      settings: {
        logLevel: "INFO",
        logFormat: "text",
        swaggerUrl: undefined,
      },
      program,
    });
    return new SessionCompletion(hca, session, clock);
  }

  /** Takes an answer in, as if a command had shown it. */
  show(answer: Json): void {
    this.session.references.add(answer);
  }

  /** What is known at once, for a line with the cursor at its end. */
  complete(
    line: string,
    signal: AbortSignal = new AbortController().signal,
    update?: (whole: LineCompletion) => void,
  ): Promise<LineCompletion> {
    return this.completer.complete(line, line.length, signal, update);
  }

  /** The words that are offered at once. */
  async words(line: string): Promise<string[]> {
    return wordsOf(await this.complete(line));
  }

  /** The same with what is said about each. */
  async described(line: string): Promise<[string, string][]> {
    const { candidates } = await this.complete(line);
    return candidates.map(({ value, description }) => [value, description]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.completer[Symbol.asyncDispose]();
    await this.hca[Symbol.asyncDispose]();
  }
}

/** The words of a completion. */
export function wordsOf({ candidates }: LineCompletion): string[] {
  return candidates.map(({ value }) => value);
}

/** Puts an API document where the program keeps it. */
export async function keepDocument(
  hca: TestEnvironment,
  url: string,
  document: Json,
): Promise<void> {
  const directory = joinPath(`${hca.root}/home/config`, "hca");
  const path = new DocumentCache(directory, hca.runtime).pathOf(url);
  await hca.write(path, JSON.stringify(document));
}
