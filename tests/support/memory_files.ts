import {
  type FileInfo,
  type FileSystem,
  LocalError,
  type LocalReason,
  type RandomAccessFile,
  type WritableFile,
} from "../../src/base/mod.ts";

/** A content and everything that is known of it, whatever its names. */
interface Inode {
  id: number;
  bytes: Uint8Array;
  /** Permission bits. */
  mode: number;
  /** When it was made or written. */
  modifiedAtMs: number | undefined;
  /** What survives a power cut: the bytes as they were last synced. */
  durable: Uint8Array;
}

type Node =
  | { kind: "directory"; mode: number }
  | { kind: "file"; inode: Inode }
  | { kind: "symlink"; target: string };

/** Why an operation fails; undefined lets it happen. */
export type FailurePlan = (
  operation: string,
  number: number,
) => LocalReason | undefined;

/** Fails the `number`-th operation (1 is the first) and no other. */
export function failOnce(number: number, reason: LocalReason): FailurePlan {
  return (_operation, current) => current === number ? reason : undefined;
}

/** The process ends after `number` operations: the disk stays as it is. */
export function dieAfter(number: number): FailurePlan {
  return (_operation, current) => current > number ? "other" : undefined;
}

/** Fails every operation of one kind, as in `link`. */
export function failEvery(name: string, reason: LocalReason): FailurePlan {
  return (operation) => operation.startsWith(`${name} `) ? reason : undefined;
}

/**
 * A file system in memory that behaves as a POSIX one and fails on demand.
 * Operations are counted from 1; opening and reading in chunks count alike.
 */
export class MemoryFiles implements FileSystem {
  /** What was asked, in order, as in `rename /a /b`. */
  readonly operations: string[] = [];
  /** Decides which operations fail. */
  failures: FailurePlan;
  /** The time of modification of what is written; default: unknown. */
  now: () => number | undefined = () => undefined;
  /** How much {@linkcode MemoryFiles.readChunks} gives at once. */
  chunkBytes: number = CHUNK_BYTES;
  /** What {@linkcode MemoryFiles.freeBytes} says; nothing enforces it. */
  freeSpaceBytes: number | undefined = 1_000_000_000_000;
  readonly #currentDirectory: string;
  readonly #nodes = new Map<string, Node>([
    ["/", { kind: "directory", mode: 0o755 }],
  ]);
  #lastId = 0;

  constructor(
    options: { currentDirectory?: string; failures?: FailurePlan } = {},
  ) {
    this.#currentDirectory = options.currentDirectory ?? "/";
    this.failures = () => undefined;
    this.#makeParents(`${this.#currentDirectory}/x`);
    this.failures = options.failures ?? this.failures;
  }

  async stat(path: string): Promise<FileInfo | undefined> {
    await this.#operate("stat", path);
    return this.#inform(path, true);
  }

  async lstat(path: string): Promise<FileInfo | undefined> {
    await this.#operate("lstat", path);
    return this.#inform(path, false);
  }

  lstatNow(path: string): FileInfo | undefined {
    this.#operateNow("lstatNow", path);
    return this.#inform(path, false);
  }

  async list(path: string): ReturnType<FileSystem["list"]> {
    await this.#operate("list", path);
    const directory = this.#resolve(path, true);
    const node = this.#existing(directory, path);
    if (node.kind !== "directory") throw failure("not_directory", path);
    return this.#children(directory)
      .map(([name, child]) => ({ name, kind: child.kind }))
      .sort((a, b) => a.name < b.name ? -1 : 1);
  }

  async read(path: string): Promise<Uint8Array<ArrayBuffer>> {
    await this.#operate("read", path);
    return new Uint8Array(this.#inode(path).bytes);
  }

  async *readChunks(
    path: string,
    { start = 0, end = Infinity }: { start?: number; end?: number } = {},
  ): AsyncGenerator<Uint8Array<ArrayBuffer>, void, void> {
    await this.#operate("readChunks", path);
    const { bytes } = this.#inode(path);
    // One buffer for all chunks, as the port allows: who keeps a chunk loses.
    const buffer = new Uint8Array(this.chunkBytes);
    for (let at = start; at < Math.min(end, bytes.length);) {
      const part = bytes.subarray(at, Math.min(at + this.chunkBytes, end));
      buffer.set(part);
      yield buffer.subarray(0, part.length);
      at += part.length;
    }
  }

  async create(
    path: string,
    { mode = 0o644 }: { mode?: number } = {},
  ): Promise<WritableFile> {
    await this.#operate("create", path);
    return this.#writable(path, this.#createInode(path, mode));
  }

  async openForUpdate(
    path: string,
    { create, mode = 0o644 }: { create: boolean; mode?: number },
  ): Promise<RandomAccessFile> {
    await this.#operate("openForUpdate", path);
    if (create) return this.#randomAccess(path, this.#createInode(path, mode));
    const node = this.#existing(this.#resolve(path, false), path);
    if (node.kind === "directory") throw failure("is_directory", path);
    if (node.kind === "symlink") throw failure("other", path);
    return this.#randomAccess(path, node.inode);
  }

  async createDirectory(path: string): Promise<boolean> {
    await this.#operate("createDirectory", path);
    const place = this.#resolve(path, false);
    if (this.#nodes.has(place)) return false;
    this.#checkParent(place, path);
    this.#nodes.set(place, { kind: "directory", mode: 0o755 });
    return true;
  }

  async freeBytes(path: string): Promise<number | undefined> {
    try {
      await this.#operate("freeBytes", path);
      return this.freeSpaceBytes;
    } catch {
      return undefined;
    }
  }

  async makeDirectory(
    path: string,
    { mode = 0o755 }: { mode?: number } = {},
  ): Promise<void> {
    await this.#operate("makeDirectory", path);
    this.#makeParents(`${this.absolute(path)}/x`, mode);
  }

  async rename(from: string, to: string): Promise<void> {
    await this.#operate("rename", from, to);
    const source = this.#resolve(from, false);
    const target = this.#resolve(to, false);
    const node = this.#existing(source, to);
    this.#checkParent(target, to);
    const replaced = this.#nodes.get(target)?.kind;
    if (replaced === "directory" && node.kind !== "directory") {
      throw failure("is_directory", to);
    }
    if (replaced !== undefined && replaced !== "directory") {
      if (node.kind === "directory") throw failure("not_directory", to);
    }
    for (const path of [...this.#nodes.keys()]) {
      const moved = path === source || path.startsWith(`${source}/`)
        ? this.#nodes.get(path)
        : undefined;
      if (moved === undefined) continue;
      this.#nodes.delete(path);
      this.#nodes.set(target + path.slice(source.length), moved);
    }
  }

  async link(from: string, to: string): Promise<void> {
    await this.#operate("link", from, to);
    const node = this.#existing(this.#resolve(from, false), to);
    const target = this.#resolve(to, false);
    if (this.#nodes.has(target)) throw failure("exists", to);
    this.#checkParent(target, to);
    if (node.kind === "directory") throw failure("permission", to);
    this.#nodes.set(target, node);
  }

  async remove(
    path: string,
    { recursive = false }: { recursive?: boolean } = {},
  ): Promise<void> {
    await this.#operate("remove", path);
    const place = this.#resolve(path, false);
    const isFull = this.#nodes.get(place)?.kind === "directory" &&
      this.#children(place).length > 0;
    if (isFull && !recursive) throw failure("other", path);
    for (const inner of [...this.#nodes.keys()]) {
      if (inner === place || inner.startsWith(`${place}/`)) {
        this.#nodes.delete(inner);
      }
    }
  }

  removeNow(path: string): void {
    this.#operateNow("removeNow", path);
    const place = this.#resolve(path, false);
    if (this.#nodes.get(place)?.kind === "directory") {
      throw failure("is_directory", path);
    }
    this.#nodes.delete(place);
  }

  async setMode(path: string, mode: number): Promise<void> {
    await this.#operate("setMode", path);
    const node = this.#existing(this.#resolve(path, true), path);
    if (node.kind === "file") node.inode.mode = mode;
    else if (node.kind === "directory") node.mode = mode;
  }

  async syncDirectory(path: string): Promise<void> {
    await this.#operate("syncDirectory", path);
  }

  absolute(path: string): string {
    const parts: string[] = [];
    const whole = path.startsWith("/")
      ? path
      : `${this.#currentDirectory}/${path}`;
    for (const part of whole.split("/")) {
      if (part === "..") parts.pop();
      else if (part !== "" && part !== ".") parts.push(part);
    }
    return `/${parts.join("/")}`;
  }

  /** Puts a file there without counting, directories included. */
  put(path: string, content: string | Uint8Array, mode = 0o644): void {
    const bytes = typeof content === "string"
      ? new TextEncoder().encode(content)
      : content.slice();
    const inode: Inode = {
      id: ++this.#lastId,
      bytes,
      mode,
      modifiedAtMs: this.now(),
      durable: bytes.slice(),
    };
    this.#makeParents(this.absolute(path));
    this.#nodes.set(this.absolute(path), { kind: "file", inode });
  }

  /** Puts a symbolic link there without counting. */
  putLink(target: string, path: string): void {
    this.#makeParents(this.absolute(path));
    this.#nodes.set(this.absolute(path), { kind: "symlink", target });
  }

  /** Every file by its path; with `durable` as a power cut would leave it. */
  contents({ durable = false } = {}): Map<string, Uint8Array> {
    const found = new Map<string, Uint8Array>();
    for (const [path, node] of this.#nodes) {
      if (node.kind !== "file") continue;
      const { inode } = node;
      found.set(path, (durable ? inode.durable : inode.bytes).slice());
    }
    return found;
  }

  /** The text of a file; undefined if there is none. */
  text(path: string): string | undefined {
    const bytes = this.contents().get(this.absolute(path));
    return bytes && new TextDecoder().decode(bytes);
  }

  async #operate(name: string, ...paths: string[]): Promise<void> {
    // As in a real one, others run meanwhile.
    await Promise.resolve();
    this.#operateNow(name, ...paths);
  }

  #operateNow(name: string, ...paths: string[]): void {
    const operation = [name, ...paths].join(" ");
    this.operations.push(operation);
    const reason = this.failures(operation, this.operations.length);
    if (reason !== undefined) throw failure(reason, paths.at(-1) ?? "");
  }

  #createInode(path: string, mode: number): Inode {
    const place = this.#resolve(path, false);
    if (this.#nodes.has(place)) throw failure("exists", path);
    this.#checkParent(place, path);
    const inode: Inode = {
      id: ++this.#lastId,
      bytes: new Uint8Array(),
      mode,
      modifiedAtMs: this.now(),
      durable: new Uint8Array(),
    };
    this.#nodes.set(place, { kind: "file", inode });
    return inode;
  }

  /** How an open file counts its operations, and is closed once. */
  #handle(path: string): {
    operate(name: string): Promise<void>;
    close(): void;
  } {
    let isOpen = true;
    return {
      operate: async (name) => {
        await this.#operate(name, path);
        if (!isOpen) throw failure("other", path);
      },
      close: () => {
        if (!isOpen) throw new Error(`${path} is closed a second time`);
        isOpen = false;
      },
    };
  }

  #randomAccess(path: string, inode: Inode): RandomAccessFile {
    const { operate, close } = this.#handle(path);
    return {
      writeAt: async (offset, bytes) => {
        await operate("writeAt");
        if (bytes.length === 0) return;
        inode.bytes = resized(
          inode.bytes,
          Math.max(inode.bytes.length, offset + bytes.length),
        );
        inode.bytes.set(bytes, offset);
        inode.modifiedAtMs = this.now();
      },
      truncate: async (sizeBytes) => {
        await operate("truncate");
        inode.bytes = resized(inode.bytes, sizeBytes);
        inode.modifiedAtMs = this.now();
      },
      syncData: async () => {
        await operate("syncData");
        inode.durable = inode.bytes.slice();
      },
      close,
    };
  }

  #writable(path: string, inode: Inode): WritableFile {
    const { operate, close } = this.#handle(path);
    return {
      write: async (bytes) => {
        await operate("write");
        const end = inode.bytes.length;
        inode.bytes = resized(inode.bytes, end + bytes.length);
        inode.bytes.set(bytes, end);
        inode.modifiedAtMs = this.now();
      },
      reset: async () => {
        await operate("reset");
        inode.bytes = new Uint8Array();
        inode.durable = new Uint8Array();
      },
      sync: async () => {
        await operate("sync");
        inode.durable = inode.bytes.slice();
      },
      close,
    };
  }

  #inform(path: string, follow: boolean): FileInfo | undefined {
    const node = this.#nodes.get(this.#resolve(path, follow));
    return node && {
      kind: node.kind,
      sizeBytes: node.kind === "file" ? node.inode.bytes.length : 0,
      identity: node.kind === "file" ? `memory:${node.inode.id}` : "",
      modifiedAtMs: node.kind === "file" ? node.inode.modifiedAtMs : undefined,
      mode: modeOf(node),
    };
  }

  #inode(path: string): Inode {
    const node = this.#existing(this.#resolve(path, true), path);
    if (node.kind !== "file") throw failure("is_directory", path);
    return node.inode;
  }

  #existing(place: string, path: string): Node {
    const node = this.#nodes.get(place);
    if (node === undefined) throw failure("not_found", path);
    return node;
  }

  #children(directory: string): [string, Node][] {
    const prefix = directory === "/" ? "/" : `${directory}/`;
    return [...this.#nodes].flatMap(([path, node]) => {
      const name = path.startsWith(prefix) ? path.slice(prefix.length) : "";
      return name === "" || name.includes("/") ? [] : [[name, node]];
    });
  }

  #checkParent(place: string, path: string): void {
    const parent = place.replace(/\/[^/]*$/, "") || "/";
    if (this.#existing(parent, path).kind !== "directory") {
      throw failure("not_directory", path);
    }
  }

  /** Where a path leads: links followed in its parents, and at its end. */
  #resolve(path: string, follow: boolean, depth = 0): string {
    if (depth > 40) throw failure("other", path);
    const parts = this.absolute(path).split("/").filter(Boolean);
    let place = "";
    for (const [at, part] of parts.entries()) {
      const isLast = at === parts.length - 1;
      place += `/${part}`;
      const node = this.#nodes.get(place);
      if (node?.kind === "symlink" && (follow || !isLast)) {
        const parent = place.replace(/\/[^/]*$/, "");
        const target = node.target.startsWith("/")
          ? node.target
          : `${parent}/${node.target}`;
        const rest = parts.slice(at + 1).join("/");
        return this.#resolve(`${target}/${rest}`, follow, depth + 1);
      }
      if (node?.kind === "file" && !isLast) {
        throw failure("not_directory", path);
      }
    }
    return place || "/";
  }

  #makeParents(path: string, mode = 0o755): void {
    const parts = path.split("/").slice(1, -1);
    for (const at of parts.keys()) {
      const place = this.#resolve(`/${parts.slice(0, at + 1).join("/")}`, true);
      const node = this.#nodes.get(place);
      if (node?.kind === "file") {
        const isLast = at === parts.length - 1;
        throw failure(isLast ? "exists" : "not_directory", path);
      }
      if (node === undefined) {
        this.#nodes.set(place, { kind: "directory", mode });
      }
    }
  }
}

/** `bytes` cut, or extended by zeros. */
function resized(bytes: Uint8Array, sizeBytes: number): Uint8Array {
  if (sizeBytes === bytes.length) return bytes;
  const whole = new Uint8Array(sizeBytes);
  whole.set(bytes.subarray(0, sizeBytes));
  return whole;
}

function modeOf(node: Node): number {
  if (node.kind === "symlink") return 0o777;
  return node.kind === "file" ? node.inode.mode : node.mode;
}

// Odd and small, so that every content of a test comes in several pieces.
const CHUNK_BYTES = 7;

function failure(reason: LocalReason, path: string): LocalError {
  return new LocalError(`cannot do it with ${path}: ${reason}`, {
    reason,
    path,
  });
}
