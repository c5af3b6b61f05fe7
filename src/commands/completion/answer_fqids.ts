import {
  type Fqid,
  isJsonObject,
  isUuid,
  isVersion,
  type Json,
  type JsonObject,
  parseFqid,
} from "../../base/mod.ts";

// Answers may be of any size; what they name is of use only near their start.
const VALUE_LIMIT = 100_000;
const DEPTH_LIMIT = 20;

/**
 * The bundles that an answer names, in its order, each once: the fields
 * `bundle_fqid`, and the objects with uuid and version in `bundle` and
 * `bundles` (the answers of `POST /search`, `GET /bundles/{uuid}` and
 * `GET /bundles/all`).
 *
 * @param limit how many at most
 */
export function answerFqids(answer: Json, limit: number): Fqid[] {
  const found = new Map<string, Fqid>();
  let left = VALUE_LIMIT;
  const add = (fqid: Fqid | undefined) => {
    if (fqid === undefined || found.size >= limit) return;
    if (!isUuid(fqid.uuid) || !isVersion(fqid.version)) return;
    found.set(`${fqid.uuid}.${fqid.version}`, fqid);
  };
  const visit = (value: Json, key: string, depth: number): void => {
    if (Array.isArray(value)) {
      for (const item of value) {
        if (--left < 0 || found.size >= limit) return;
        if (depth < DEPTH_LIMIT) visit(item, key, depth + 1);
      }
    } else if (isJsonObject(value)) {
      if (key === "bundle" || key === "bundles") add(fqidOf(value));
      for (const [name, inner] of Object.entries(value)) {
        if (--left < 0 || found.size >= limit) return;
        if (name === "bundle_fqid" && typeof inner === "string") {
          add(parseFqid(inner));
        } else if (depth < DEPTH_LIMIT) visit(inner, name, depth + 1);
      }
    }
  };
  visit(answer, "", 0);
  return [...found.values()];
}

function fqidOf({ uuid, version }: JsonObject): Fqid | undefined {
  return typeof uuid === "string" && typeof version === "string"
    ? { uuid, version }
    : undefined;
}
