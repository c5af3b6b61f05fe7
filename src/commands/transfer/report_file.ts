import {
  CancelledError,
  directoryName,
  formatJson,
  joinPath,
  type JsonObject,
  LocalError,
  messageOf,
  PartialError,
  quote,
  removeOldTemporaries,
  type WritableFile,
} from "../../base/mod.ts";
import type { TransferEvent } from "../../transfer/mod.ts";
import type { Context } from "../context.ts";
import { exitStatusOf } from "../exit_codes.ts";
import { checkOutputFile } from "../output/mod.ts";
import { describeError } from "../print_error.ts";
import {
  describeContent,
  describeNeeds,
  describeTotals,
} from "./describe_event.ts";

const VERSION = 1;
const FLUSH_CHARACTERS = 1 << 16;

/**
 * The report of a transfer, a JSON document that is written as the transfer
 * goes: in memory is only what was not written yet. It has its name when it
 * is whole.
 */
export class ReportFile {
  readonly #context: Context;
  readonly #path: string;
  readonly #temporary: string;
  readonly #file: WritableFile;
  #text: string;
  #separator = "";
  #totals: JsonObject | null = null;
  #needs: JsonObject | null = null;
  #broken: LocalError | undefined;

  private constructor(
    context: Context,
    path: string,
    temporary: string,
    file: WritableFile,
    head: string,
  ) {
    this.#context = context;
    this.#path = path;
    this.#temporary = temporary;
    this.#file = file;
    this.#text = head;
  }

  /**
   * Begins a report.
   *
   * @param command the words of the command
   * @throws {LocalError} when it cannot be written there
   */
  static async open(
    context: Context,
    path: string,
    command: string,
  ): Promise<ReportFile> {
    const { runtime: { files, random, clock }, version } = context.environment;
    await checkOutputFile(context, path);
    const token = random().toString(36).slice(2);
    const temporary = joinPath(directoryName(path), `.hca-${token}.part`);
    const file = await files.create(temporary);
    const head = members({
      version: VERSION,
      command,
      hca_version: version,
      started_at: new Date(clock.now()).toISOString(),
    });
    const text = `{\n${head},\n"files": [`;
    return new ReportFile(context, path, temporary, file, text);
  }

  /** Takes in what happens. A disk that refuses stops the report only. */
  async add(event: TransferEvent): Promise<void> {
    switch (event.type) {
      case "started":
        this.#needs = describeNeeds(event.needs);
        this.#totals = describeTotals(event.totals);
        return;
      case "progress":
      case "finished":
        this.#totals = describeTotals(event.totals);
        return;
      case "fetched":
      case "present":
      case "failed":
        this.#text += `${this.#separator}\n${line(describeContent(event))}`;
        this.#separator = ",";
        if (this.#text.length < FLUSH_CHARACTERS) return;
        if (this.#broken === undefined) {
          await this.#attempt(() => this.#flush());
        } else this.#text = "";
    }
  }

  /**
   * Ends the report and gives it its name.
   *
   * @param error what ended the transfer; undefined when all went well
   * @throws {LocalError} when it could not be written
   */
  async finish(error: unknown): Promise<void> {
    const { files, clock } = this.#context.environment.runtime;
    const tail = members({
      needs: this.#needs,
      totals: this.#totals,
      finished_at: new Date(clock.now()).toISOString(),
      result: resultOf(error),
      exit: error === undefined ? 0 : exitStatusOf(error),
      error: error === undefined ? null : describeEnd(error),
    });
    this.#text += `\n],\n${tail}\n}\n`;
    await this.#attempt(async () => {
      await this.#flush();
      await this.#file.sync();
    });
    this.#file.close();
    await this.#attempt(async () => {
      await files.rename(this.#temporary, this.#path);
      await files.syncDirectory(directoryName(this.#path));
    });
    if (this.#broken === undefined) {
      return await removeOldTemporaries(files, this.#path);
    }
    await files.remove(this.#temporary);
    throw this.#broken;
  }

  async #flush(): Promise<void> {
    const text = this.#context.secrets.redact(this.#text);
    const bytes = new TextEncoder().encode(text);
    this.#text = "";
    await this.#file.write(bytes);
  }

  /** Nothing more is written after the first time that the disk refuses. */
  async #attempt(work: () => Promise<void>): Promise<void> {
    if (this.#broken !== undefined) return;
    try {
      await work();
    } catch (cause) {
      this.#broken = new LocalError(
        `the report ${quote(this.#path, 200)} is not written: ` +
          messageOf(cause),
        { cause, path: this.#path },
      );
    }
  }
}

function line(value: JsonObject): string {
  return formatJson(value, { indent: 0 });
}

/** The members of an object, without its braces. */
function members(value: JsonObject): string {
  return Object.entries(value)
    .map(([key, member]) => `"${key}": ${formatJson(member, { indent: 0 })}`)
    .join(",\n");
}

function resultOf(error: unknown): string {
  if (error === undefined) return "done";
  if (error instanceof PartialError) return "partial";
  return error instanceof CancelledError ? "cancelled" : "failed";
}

/** Each failure is among the files already. */
function describeEnd(error: unknown): JsonObject {
  const { failures: _failures, omitted: _omitted, ...end } = describeError(
    error,
  );
  return end;
}
