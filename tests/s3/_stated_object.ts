/**
 * Objects for the DSS: with the four checksums as tags, as uploaders to it
 * state them. The checksums are computed by nothing of ours.
 *
 * @module
 */

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  PutObjectCommand,
  UploadPartCommand,
} from "npm:@aws-sdk/client-s3@3.1173.0";
import { AwsCrc32c } from "npm:@aws-crypto/crc32c@5.2.0";
import type { S3Service } from "./_s3_service.ts";

const MIB = 1024 * 1024;
// What the DSS takes for the ETag of a multipart upload.
const PART_BYTES = 64 * MIB;

/** The tags of an object. */
export type Tags = Record<string, string>;

/** What is put. */
export interface ObjectToPut {
  bucket: string;
  key: string;
  bytes: Uint8Array;
  contentType?: string;
  contentEncoding?: string;
  /** Default: the right ones. */
  tags?: Tags;
  metadata?: Record<string, string>;
}

/** Bytes that are not all the same, and the same each time. */
export function someBytes(
  sizeBytes: number,
  seed = 1,
): Uint8Array<ArrayBuffer> {
  const words = new Uint32Array(Math.ceil(sizeBytes / 4));
  let state = seed;
  for (let n = 0; n < words.length; n++) {
    state = Math.imul(state, 1_664_525) + 1_013_904_223;
    words[n] = state;
  }
  return new Uint8Array(words.buffer).subarray(0, sizeBytes);
}

/** A digest in hex. */
export function digest(name: string, bytes: Uint8Array): string {
  return createHash(name).update(bytes).digest("hex");
}

/** The four tags of an object that is put in one part. */
export async function tagsOf(bytes: Uint8Array, etag?: string): Promise<Tags> {
  const crc = new AwsCrc32c();
  crc.update(bytes);
  return {
    "hca-dss-sha256": digest("sha256", bytes),
    "hca-dss-sha1": digest("sha1", bytes),
    "hca-dss-s3_etag": etag ?? digest("md5", bytes),
    "hca-dss-crc32c": new Uint8Array(await crc.digest()).toHex(),
  };
}

/** Puts an object in one part. */
export async function putObject(
  { client }: S3Service,
  object: ObjectToPut,
): Promise<void> {
  const { bytes, tags } = object;
  await client.send(
    new PutObjectCommand({
      Bucket: object.bucket,
      Key: object.key,
      Body: bytes,
      ContentType: object.contentType,
      ContentEncoding: object.contentEncoding,
      Metadata: object.metadata,
      Tagging: new URLSearchParams(tags ?? await tagsOf(bytes)).toString(),
    }),
  );
}

/**
 * Puts an object in parts of 64 MiB and gives its ETag. Its tags are those of
 * the content, and of the ETag that `stated` is.
 */
export async function putObjectInParts(
  { client }: S3Service,
  { bucket, key, bytes, contentType }: ObjectToPut,
  stated: string,
): Promise<string> {
  const object = { Bucket: bucket, Key: key };
  const { UploadId } = await client.send(
    new CreateMultipartUploadCommand({
      ...object,
      ContentType: contentType,
      Tagging: new URLSearchParams(await tagsOf(bytes, stated)).toString(),
    }),
  );
  const Parts: { PartNumber: number; ETag: string | undefined }[] = [];
  for (let start = 0; start < bytes.length; start += PART_BYTES) {
    const PartNumber = Parts.length + 1;
    const Body = bytes.subarray(start, start + PART_BYTES);
    const { ETag } = await client.send(
      new UploadPartCommand({ ...object, UploadId, PartNumber, Body }),
    );
    Parts.push({ PartNumber, ETag });
  }
  const { ETag } = await client.send(
    new CompleteMultipartUploadCommand({
      ...object,
      UploadId,
      MultipartUpload: { Parts },
    }),
  );
  assert.ok(ETag);
  return ETag.replaceAll('"', "");
}
