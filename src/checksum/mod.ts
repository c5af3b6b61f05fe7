export * from "./content_digests.ts";
export * from "./crc32c.ts";
export * from "./s3_etag.ts";
export * from "./sha256_text.ts";
