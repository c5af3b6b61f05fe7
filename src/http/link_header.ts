import { quote, RefusedError } from "../base/mod.ts";
import { redactUrl } from "./redact.ts";

/** One entry of a `Link` header. */
export interface Link {
  /** The target as it was written, relative or absolute. */
  target: string;
  /** The relation types, lower case. */
  relations: string[];
}

/**
 * Reads a `Link` header (RFC 8288, section 3). Values may be in double
 * quotes, bare, or in the single quotes that the DSS writes. Entries that
 * cannot be read are left out.
 */
export function parseLinkHeader(header: string): Link[] {
  const links: Link[] = [];
  // An entry runs from `<` to the next `<` that opens an entry; a target has
  // no `>`, so commas inside it do not matter.
  for (const match of header.matchAll(/<([^<>]*)>([^<]*)/g)) {
    const [, target = "", parameters = ""] = match;
    const rel = /;\s*rel\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s;,"']+))/i
      .exec(parameters);
    const relations = rel?.[1] ?? rel?.[2] ?? rel?.[3] ?? "";
    links.push({
      target: target.trim(),
      relations: relations.toLowerCase().split(/\s+/).filter(Boolean),
    });
  }
  return links;
}

/**
 * The target of the entry with `rel="next"`, resolved against the URL of the
 * page; undefined when there is none.
 *
 * @throws {RefusedError} when the target is not a URL: taking the page for
 * the last one would cut the result short without a word.
 */
export function nextPageUrl(
  headers: Headers,
  pageUrl: string,
): string | undefined {
  const next = parseLinkHeader(headers.get("link") ?? "").find((link) =>
    link.relations.includes("next")
  );
  if (next === undefined || next.target === "") return undefined;
  if (!URL.canParse(next.target, pageUrl)) {
    throw new RefusedError(
      `the next page of the answer is ${quote(redactUrl(next.target))}, ` +
        "which is not a URL",
    );
  }
  // An absolute target is used as written: parsing it would re-encode it.
  return /^https?:\/\//i.test(next.target)
    ? next.target
    : new URL(next.target, pageUrl).href;
}
