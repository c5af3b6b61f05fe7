/**
 * A DSS for one bundle whose answers go wrong as a case says: its API
 * document, the bundle, files behind redirects, and their contents as an
 * object store serves them.
 *
 * @module
 */

import { createHash } from "node:crypto";
import type { JsonObject } from "../../src/base/mod.ts";
import {
  type Fault,
  nextFault,
  sendContent,
  type ServedContent,
} from "../support/content_server.ts";
import { DSS_DOCUMENT } from "../support/dss_document.ts";
import { seeded } from "../support/seeded.ts";
import {
  headOf,
  type Wire,
  type WireRequest,
  WireServer,
} from "../support/wire_server.ts";

/** A file of the bundle. */
export interface BundleFile {
  name: string;
  uuid: string;
  bytes: Uint8Array;
  sha256: string;
}

/** Answers a request, or leaves it: false. */
export type Intercept = (
  request: WireRequest,
  wire: Wire,
) => boolean | Promise<boolean>;

export const BUNDLE_UUID = "bbbbbbbb-0000-4000-8000-000000000001";
export const BUNDLE_VERSION = "2019-01-01T000000.000000Z";

/** SHA-256, 64 hex digits. */
export function sha256Of(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** Bytes that do not repeat, the same in every run. */
export function seededBytes(sizeBytes: number, seed: number): Uint8Array {
  const words = new Uint32Array(Math.ceil(sizeBytes / 4));
  const random = seeded(seed);
  let state = random() * 2 ** 32 >>> 0 || 1;
  for (let at = 0; at < words.length; at++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    words[at] = state;
  }
  return new Uint8Array(words.buffer, 0, sizeBytes);
}

/** The service of a case. */
export class FaultyService extends WireServer {
  /** Every request, in order of arrival. */
  readonly requests: WireRequest[] = [];
  /** When each one arrived, milliseconds, beside {@linkcode requests}. */
  readonly arrivedMs: number[] = [];
  /** Bytes of contents that were written to connections. */
  sentBytes = 0;
  /** Most answers with contents that were sent at once. */
  peak = 0;
  #sending = 0;
  /** Looks at every request first. */
  intercept: Intercept = () => false;
  /** The entries of `files` in the bundle, before they are sent. */
  listing: (entries: JsonObject[]) => unknown = (entries) => entries;
  /** The API document, before it is sent. */
  document: (document: JsonObject) => unknown = (document) => document;
  readonly #files = new Map<string, BundleFile>();
  readonly #contents = new Map<string, ServedContent>();

  /** Adds a file to the bundle. */
  add(name: string, bytes: Uint8Array): BundleFile {
    const number = String(this.#files.size).padStart(12, "0");
    const uuid = `ffffffff-0000-4000-8000-${number}`;
    const file = { name, uuid, bytes, sha256: sha256Of(bytes) };
    this.#files.set(uuid, file);
    this.#contents.set(file.sha256, whole(bytes));
    return file;
  }

  /** The files of the bundle, in order. */
  get files(): BundleFile[] {
    return [...this.#files.values()];
  }

  /** Says what goes wrong with a file's content: in order, then always. */
  spoil(file: BundleFile, faults: Fault[], always: Fault = {}): void {
    const { bytes, sha256 } = file;
    this.#contents.set(sha256, {
      ...whole(bytes),
      faults: [...faults],
      always,
    });
  }

  /** Gives every content another entity tag; "" is none. */
  tag(etag: string): void {
    for (const content of this.#contents.values()) content.etag = etag;
  }

  /** From now on nothing goes wrong. */
  heal(): void {
    this.intercept = () => false;
    this.listing = (entries) => entries;
    this.document = (document) => document;
    for (const file of this.files) this.spoil(file, []);
  }

  /** The address of the API document. */
  get swaggerUrl(): string {
    return `${this.origin}/v1/swagger.json`;
  }

  /** Requests whose target begins so. */
  asked(prefix: string): WireRequest[] {
    return this.requests.filter(({ target }) => target.startsWith(prefix));
  }

  protected override async answer(
    request: WireRequest,
    wire: Wire,
  ): Promise<void> {
    this.requests.push(request);
    this.arrivedMs.push(performance.now());
    if (await this.intercept(request, wire)) return;
    const { pathname } = new URL(request.target, this.origin);
    const [, version, kind, name = ""] = pathname.split("/");
    if (version === "blobs") return await this.#content(kind, request, wire);
    switch (kind) {
      case "swagger.json":
        return await sendJson(wire, this.document(this.#document()));
      case "bundles":
        return await sendJson(wire, this.#bundle());
      case "files":
        return await this.#file(name, wire);
      default:
        return await wire.send(headOf(404, { "content-length": "0" }));
    }
  }

  async #content(
    sha256: string | undefined,
    request: WireRequest,
    wire: Wire,
  ): Promise<void> {
    const content = this.#contents.get(sha256 ?? "");
    const fault = nextFault(content);
    await fault.gate?.();
    this.peak = Math.max(this.peak, ++this.#sending);
    try {
      await sendContent(wire, request, content, fault, (bytes) => {
        this.sentBytes += bytes;
      });
    } finally {
      this.#sending--;
    }
  }

  async #file(uuid: string, wire: Wire): Promise<void> {
    const file = this.#files.get(uuid);
    await wire.send(headOf(file === undefined ? 404 : 302, {
      location: file === undefined ? "" : this.signedUrl(file),
      "content-length": "0",
    }));
  }

  /** Where a file's redirect leads. */
  signedUrl(file: BundleFile): string {
    return `${this.origin}/blobs/${file.sha256}?X-Amz-Signature=SIGNED-CANARY`;
  }

  #document(): JsonObject {
    return {
      ...DSS_DOCUMENT,
      host: new URL(this.origin).host,
      schemes: [new URL(this.origin).protocol.slice(0, -1)],
    };
  }

  #bundle(): unknown {
    const entries = this.files.map(({ name, uuid, bytes, sha256 }) => ({
      name,
      uuid,
      version: BUNDLE_VERSION,
      size: bytes.length,
      sha256,
      indexed: false,
      crc32c: "00000000",
      sha1: "0".repeat(40),
      s3_etag: "0".repeat(32),
      "content-type": "application/octet-stream",
    }));
    return {
      bundle: {
        uuid: BUNDLE_UUID,
        version: BUNDLE_VERSION,
        creator_uid: 1,
        files: this.listing(entries),
      },
    };
  }
}

/** Answers with JSON; a string is sent as it is. */
export async function sendJson(
  wire: Wire,
  value: unknown,
  headers: Record<string, string> = {},
): Promise<void> {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  const bytes = new TextEncoder().encode(text);
  await wire.send(headOf(200, {
    "content-type": "application/json",
    "content-length": String(bytes.length),
    ...headers,
  }));
  await wire.send(bytes);
}

/** Answers with a status, header fields and an empty body. */
export async function sendStatus(
  wire: Wire,
  status: number,
  headers: Record<string, string> = {},
): Promise<true> {
  await wire.send(headOf(status, { "content-length": "0", ...headers }));
  return true;
}

function whole(bytes: Uint8Array): ServedContent {
  return { bytes, etag: '"one"', faults: [], always: {} };
}
