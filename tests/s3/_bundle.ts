import assert from "node:assert/strict";
import { join } from "node:path";
import type { S3Service } from "./_s3_service.ts";
import type { ServedStore } from "./_served_store.ts";
import { putObject } from "./_stated_object.ts";

const UUID = "b0000000-0000-4000-8000-000000000001";
const VERSION = "2020-01-01T000000.000000Z";

/** A file of a bundle. */
export interface Member {
  name: string;
  bytes: Uint8Array;
  contentType?: string;
}

/**
 * Makes a bundle of files whose contents come from a bucket, or else from a
 * directory that the service may read.
 *
 * @returns its fully qualified id
 */
export async function addBundle(
  s3: S3Service,
  served: ServedStore,
  from: string | { directory: string },
  members: Member[],
): Promise<string> {
  const files = [];
  for (const [n, { name, bytes, contentType }] of members.entries()) {
    const key = `member-${n}`;
    let source = `s3://${from}/${key}`;
    if (typeof from === "string") {
      await putObject(s3, { bucket: from, key, bytes, contentType });
    } else {
      const path = join(from.directory, key);
      await Deno.writeFile(path, bytes);
      source = `file://${path}`;
    }
    const uuid = `f0000000-0000-4000-8000-${String(n).padStart(12, "0")}`;
    const put = await served.send(
      "PUT",
      `/files/${uuid}?version=${VERSION}`,
      { source_url: source, creator_uid: 1 },
    );
    assert.equal(put.status, 201, JSON.stringify(put.body));
    files.push({ name, uuid, version: VERSION, indexed: false });
  }
  const { status, body } = await served.send(
    "PUT",
    `/bundles/${UUID}?replica=aws&version=${VERSION}`,
    { creator_uid: 1, files },
  );
  assert.equal(status, 201, JSON.stringify(body));
  return `${UUID}.${VERSION}`;
}
