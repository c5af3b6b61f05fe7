import { compareCodePoints, isJsonObject, type Json } from "../../base/mod.ts";

interface Schema {
  url: string;
  type: string;
  major: string;
}

interface Entry extends Schema {
  key: string;
}

/**
 * The text that names the schemas of a bundle's metadata: `v6` if all files
 * share a major version and are called like their schema, else one entry per
 * file key and schema, as in `v.cell_suspension.6.links.1`. A file whose
 * `describedBy` names no schema is left out (data-store,
 * `dss/index/es/document.py` and `schemainfo.py`).
 *
 * @param files the parsed files by their key
 * @returns `None` when no schema is known.
 */
export function shapeDescriptor(
  files: Iterable<readonly [key: string, contents: readonly Json[]]>,
): string {
  const entries = findEntries(files);
  const [first] = entries;
  if (first === undefined) return "None";
  const isUniform = entries.every(({ key, type, major }) =>
    key === type && major === first.major
  );
  if (isUniform) return `v${first.major}`;
  const parts = entries.map(({ key, type, major }) =>
    key === type ? `${key}.${major}` : `${key}.${type}.${major}`
  );
  return `v.${parts.join(".")}`;
}

function findEntries(
  files: Iterable<readonly [key: string, contents: readonly Json[]]>,
): Entry[] {
  const entries = new Map<string, Entry>();
  for (const [fileKey, contents] of files) {
    const key = fileKey.replace(/_json$/, "");
    for (const content of contents) {
      const schema = parseDescribedBy(content);
      if (schema === undefined || isNumber(key)) continue;
      entries.set(`${key} ${schema.url}`, { key, ...schema });
    }
  }
  return [...entries.values()].sort((a, b) =>
    compareCodePoints(a.key, b.key) || compareCodePoints(a.url, b.url)
  );
}

function parseDescribedBy(content: Json): Schema | undefined {
  const url = isJsonObject(content) ? content["describedBy"] : undefined;
  if (typeof url !== "string") return undefined;
  const segments = pathOf(url).split("/");
  const type = (segments.pop() ?? "").replace(/\.json$/, "");
  const versions = segments.filter((part) => /^\d+\.\d+\.\d+$/.test(part));
  const major = versions.length === 1 ? versions[0]?.split(".")[0] : undefined;
  if (major === undefined || type === "") return undefined;
  // Dots and numbers are what separates and ends an entry.
  if (type.includes(".") || isNumber(type)) return undefined;
  return { url, type, major };
}

function pathOf(url: string): string {
  return url.replace(/[?#].*$/s, "").replace(/^[a-z][a-z0-9+.-]*:/i, "")
    .replace(/^\/\/[^/]*/, "");
}

function isNumber(text: string): boolean {
  return /^\p{Nd}+$/u.test(text);
}
