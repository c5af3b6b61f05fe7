import {
  type Fqid,
  isJsonObject,
  isUuid,
  isVersion,
  type Json,
  type JsonObject,
  parseFqid,
} from "../../base/mod.ts";

/** The kinds of things that have an identifier. */
export type ReferenceKind =
  | "bundle"
  | "file"
  | "collection"
  | "subscription"
  | "checkout"
  | "other";

/** A thing that an answer names. */
export interface Reference extends Fqid {
  /** What it is, as far as the answer says. */
  kind: ReferenceKind;
}

// The longest is an FQID, 36 + 1 + 25.
const IDENTIFIER_LENGTH = 62;
// Objects made by a query may keep an FQID under any name.
const MEMBER_LIMIT = 16;

const KIND_OF_KEY: Readonly<Record<string, ReferenceKind>> = {
  bundle: "bundle",
  bundle_info: "bundle",
  bundles: "bundle",
  file: "file",
  files: "file",
  collection: "collection",
  collections: "collection",
  subscription: "subscription",
  subscriptions: "subscription",
};

/** The text that stands for a thing: its FQID, or its uuid alone. */
export function formatReference({ uuid, version }: Fqid): string {
  return version === "" ? uuid : `${uuid}.${version}`;
}

/**
 * The thing that a value is about, by its own members or text alone: the
 * answers of the DSS, their rows, and what queries make of them. Undefined
 * when it has no identifier.
 *
 * @param key the name under which the value stands, which tells the kind
 */
export function referenceOf(value: Json, key = ""): Reference | undefined {
  if (typeof value === "string") return referenceOfText(value, key);
  if (!isJsonObject(value)) return undefined;
  return referenceOfText(value.bundle_fqid, "bundle") ??
    versioned(value.uuid, value.version, kindOf(value, key)) ??
    versioned(value.bundle_uuid, value.bundle_version, "bundle") ??
    versioned(value.checkout_job_id, "", "checkout") ??
    anyFqid(value);
}

/** A whole FQID is a bundle's, unless its key says something else. */
function referenceOfText(
  text: Json | undefined,
  key: string,
): Reference | undefined {
  if (typeof text !== "string" || text.length > IDENTIFIER_LENGTH) {
    return undefined;
  }
  const { uuid, version } = parseFqid(text);
  const kind = Object.hasOwn(KIND_OF_KEY, key) ? KIND_OF_KEY[key] : undefined;
  if (text === uuid) return versioned(uuid, "", kind ?? "other");
  return isVersion(version)
    ? versioned(uuid, version, kind ?? "bundle")
    : undefined;
}

function versioned(
  uuid: Json | undefined,
  version: Json | undefined,
  kind: ReferenceKind,
): Reference | undefined {
  if (typeof uuid !== "string" || !isUuid(uuid)) return undefined;
  const isKnown = typeof version === "string" && isVersion(version);
  return { kind, uuid, version: isKnown ? version : "" };
}

/** The items of a collection say themselves what they are. */
function kindOf({ type }: JsonObject, key: string): ReferenceKind {
  const name = typeof type === "string" && Object.hasOwn(KIND_OF_KEY, type)
    ? type
    : key;
  return (Object.hasOwn(KIND_OF_KEY, name) ? KIND_OF_KEY[name] : undefined) ??
    "other";
}

function anyFqid(value: JsonObject): Reference | undefined {
  let left = MEMBER_LIMIT;
  for (const key in value) {
    if (--left < 0) return undefined;
    const member = value[key];
    if (typeof member !== "string" || !member.includes(".")) continue;
    const found = referenceOfText(member, "bundle");
    if (found !== undefined) return found;
  }
  return undefined;
}
