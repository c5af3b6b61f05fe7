import {
  directoryName,
  joinPath,
  type Runtime,
  type WritableFile,
} from "../../base/mod.ts";
import { checkOutputFile } from "../output/output_file.ts";
import type { StatementOutput } from "./statement_output.ts";

type FileTools = Pick<Runtime, "files" | "random">;

/** The file that a statement names, replaced. */
export interface TargetFile {
  /** Its path. */
  path: string;
  /** Whether it is written behind what the file holds. */
  isAppended: boolean;
}

// Programs write to it what nobody wants.
const NULL_DEVICE = "/dev/null";

// Two jobs may end at once and write behind the same end.
let appending: Promise<void> = Promise.resolve();

/**
 * A file that gets the output of a statement. Until all of it is there, and
 * when the statement fails, the file is as it was.
 */
export class FileOutput implements StatementOutput {
  readonly #tools: FileTools;
  readonly #target: TargetFile;
  readonly #temporary: string;
  #file: WritableFile | undefined;
  #isTemporaryThere = false;

  /** Makes nothing yet. */
  constructor(tools: FileTools, target: TargetFile) {
    const token = tools.random().toString(36).slice(2);
    this.#tools = tools;
    this.#target = target;
    this.#temporary = joinPath(
      directoryName(target.path),
      `.hca-${token}.part`,
    );
  }

  /**
   * Begins the file beside the one that is there.
   *
   * @throws {LocalError} when there cannot be one
   */
  async open(): Promise<void> {
    const { path } = this.#target;
    if (path === NULL_DEVICE) return;
    const { files } = this.#tools;
    await checkOutputFile({ environment: { runtime: this.#tools } }, path);
    const mode = (await files.stat(path))?.mode;
    this.#file = await files.create(
      this.#temporary,
      mode === undefined ? {} : { mode },
    );
    this.#isTemporaryThere = true;
  }

  /**
   * Writes behind what there is.
   *
   * @throws {LocalError} when the disk refuses
   */
  async write(data: string | Uint8Array): Promise<void> {
    await this.#file?.write(
      typeof data === "string" ? new TextEncoder().encode(data) : data,
    );
  }

  /**
   * Gives the file its name, or adds it to the one that is there.
   *
   * @throws {LocalError} when the disk refuses; the file is as it was then
   */
  async finish(status: number): Promise<number> {
    if (status !== 0 || this.#file === undefined) return status;
    await this.#file.sync();
    this.#close();
    if (!this.#target.isAppended) await this.#replace();
    else {
      appending = appending.catch(() => {}).then(() => this.#append());
      await appending;
    }
    return status;
  }

  /** Removes what is not complete. */
  async dispose(): Promise<void> {
    this.#close();
    if (!this.#isTemporaryThere) return;
    this.#isTemporaryThere = false;
    await this.#tools.files.remove(this.#temporary);
  }

  async #replace(): Promise<void> {
    const { files } = this.#tools;
    const { path } = this.#target;
    await files.rename(this.#temporary, path);
    this.#isTemporaryThere = false;
    await files.syncDirectory(directoryName(path));
  }

  async #append(): Promise<void> {
    const { files } = this.#tools;
    const { path } = this.#target;
    const info = await files.stat(path);
    if (info === undefined) return await this.#replace();
    const file = await files.openForUpdate(path, { create: false });
    try {
      let at = info.sizeBytes;
      for await (const chunk of files.readChunks(this.#temporary)) {
        await file.writeAt(at, chunk);
        at += chunk.length;
      }
      await file.syncData();
    } catch (error) {
      // What the disk said first is what counts.
      await file.truncate(info.sizeBytes).catch(() => {});
      throw error;
    } finally {
      file.close();
    }
  }

  #close(): void {
    this.#file?.close();
    this.#file = undefined;
  }
}
