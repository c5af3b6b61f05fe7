import assert from "node:assert/strict";
import { type Json, PartialError } from "../../src/base/mod.ts";
import { apiDocument } from "../../src/server/document/mod.ts";
import {
  type DownloadCollectionOptions,
  DssClient,
} from "../../src/services/mod.ts";
import { ApiDocument } from "../../src/swagger/mod.ts";
import { FakeClock } from "../support/fake_clock.ts";
import { MemoryFiles } from "../support/memory_files.ts";
import { createMemoryLog } from "../support/memory_log.ts";
import { createNodeHash } from "../support/node_hash.ts";
import { jsonAnswer } from "../support/scripted_fetch.ts";
import {
  contentsOf,
  type DssCase,
  fileUuid,
  OLD,
  sha256,
  UUID,
} from "./_dss_case.ts";

/** The uuid of a collection. */
export const uuidOf = (number: number): string =>
  `cccccccc-0000-4000-8000-${String(number).padStart(12, "0")}`;
export const ROOT = uuidOf(0);
export const V1 = "2019-05-01T000000.000000Z";
export const V2 = "2019-06-01T000000.000000Z";

export const bundle = (version: string, uuid = UUID) => ({
  type: "bundle",
  uuid,
  version,
});
export const collection = (number: number, version = V1) => ({
  type: "collection",
  uuid: uuidOf(number),
  version,
});
export const file = (name: string, version = OLD) => ({
  type: "file",
  uuid: fileUuid(name),
  version,
});

/** Items by `<uuid>.<version>`, the version left out where it is not asked. */
export type Collections = Record<string, Json[] | Response>;

/** What a collection path is answered with; undefined for another path. */
export function answerFrom(collections: Collections) {
  return ({ url }: Request): Response | undefined => {
    const { pathname, searchParams } = new URL(url);
    const uuid = /^\/v1\/collections\/([^/]+)$/.exec(pathname)?.[1];
    if (uuid === undefined) return undefined;
    const version = searchParams.get("version");
    const found = collections[version === null ? uuid : `${uuid}.${version}`];
    if (found === undefined) return notFound("Cannot find collection!");
    if (found instanceof Response) return found;
    return jsonAnswer({
      name: "cells",
      description: "",
      details: {},
      contents: found,
      owner: "someone@example.org",
    });
  };
}

export function notFound(title: string): Response {
  return jsonAnswer({ status: 404, code: "not_found", title }, {
    status: 404,
    headers: { "content-type": "application/problem+json" },
  });
}

export function run(
  given: { client: DssClient },
  options: Partial<DownloadCollectionOptions> = {},
) {
  return given.client.downloadCollection({
    uuid: ROOT,
    replica: "aws",
    ...options,
  }).finished();
}

/** Name, code and message of each failure of a run. */
export async function failures(
  given: { client: DssClient },
  options: Partial<DownloadCollectionOptions> = {},
): Promise<[name: string, code: string, message: string][]> {
  const error = await run(given, options).then(
    () => undefined,
    (error) => error,
  );
  assert.ok(error instanceof PartialError, String(error));
  return error.failures.map((
    { name, error },
  ) => [name, error.code, error.message]);
}

/** The paths of all files of a version of the bundle. */
export function bundlePaths(version: string): string[] {
  return ["bundle.json", ...Object.keys(contentsOf(version))]
    .map((name) => `${UUID}.${version}/${name}`);
}

export function filePath(
  directory: string,
  name: string,
  version = OLD,
): string {
  return `collections/${directory}/${fileUuid(name)}.${version}`;
}

/** How often each thing but the bytes was asked for, by method and path. */
export function counts(given: DssCase): Record<string, number> {
  const asked = given.requests.filter((line) =>
    !/^GET \/(blobs|v1\/files)\//.test(line)
  );
  const lines = Map.groupBy(asked, (line) => line);
  return Object.fromEntries(
    [...lines].map(([line, list]) => [line, list.length]),
  );
}

/** A client of a service that a function plays, with files in memory. */
export function createScripted(
  answer: (request: Request) => Response | Promise<Response>,
) {
  const origin = { host: "dss.test", scheme: "https", version: "0" } as const;
  const files = new MemoryFiles();
  const { log, messages } = createMemoryLog();
  const client = new DssClient({
    runtime: {
      fetch: async (request) => await answer(request),
      clock: new FakeClock({ skips: (delayMs) => delayMs < 40_000 }),
      random: Math.random,
      files,
      createHash: createNodeHash,
      log,
    },
    document: ApiDocument.parse(
      JSON.stringify(apiDocument(origin)),
      "https://dss.test/v1/swagger.json",
    ),
  });
  return { client, files, messages };
}

/** An answer to HEAD /files/{uuid} of a content. */
export function headAnswer(
  text: string,
  headers: Record<string, string> = {},
): Response {
  return new Response(null, {
    headers: {
      "x-dss-version": OLD,
      "x-dss-size": String(text.length),
      "x-dss-sha256": sha256(text),
      ...headers,
    },
  });
}
