import { compareCodePoints, formatFqid, type Json } from "../../base/mod.ts";
import type { DssContext, Route } from "../context.ts";
import { pageAnswer } from "../paging.ts";
import { Problem } from "../problem.ts";
import {
  matchDocument,
  parseQuery,
  type Query,
  QueryError,
} from "../search/mod.ts";
import type { CheckedArguments } from "../validate_request.ts";

const PER_PAGE = 100;
// The DSS allows ten whole documents in an answer, whatever was asked for.
const RAW_PER_PAGE = 10;

interface Hit {
  uuid: string;
  version: string;
  document: string;
}

/**
 * POST /search: the bundles whose documents match a query, newest key first.
 * A page that is exactly full has a next one, as in the DSS.
 */
export const postSearch: Route = (context, request, args) => {
  const esQuery = args.body("es_query") ?? {};
  const isRaw = args.text("output_format") === "raw";
  const perPage = isRaw ? RAW_PER_PAGE : args.integer("per_page", PER_PAGE);
  const replica = args.text("replica") ?? "aws";
  const { hits, totalHits } = search(
    context,
    parse(esQuery),
    parseCursor(args),
    perPage,
  );
  const { origin } = new URL(request.url);
  const last = hits.at(-1);
  const nextUrl = last === undefined || hits.length < perPage
    ? undefined
    : `${origin}/v1/search?${new URLSearchParams({
      per_page: String(perPage),
      replica,
      search_after: `${last.uuid},${last.version}`,
      output_format: isRaw ? "raw" : "summary",
    })}`;
  return pageAnswer({
    body: {
      es_query: esQuery,
      total_hits: totalHits,
      results: hits.map((hit) => describeHit(hit, origin, replica, isRaw)),
    },
    contentKey: "results",
    nextUrl,
    quote: '"',
  });
};

function parse(esQuery: Json): Query {
  try {
    return parseQuery(esQuery);
  } catch (error) {
    if (!(error instanceof QueryError)) throw error;
    throw new Problem(400, "elasticsearch_bad_request", error.message);
  }
}

function parseCursor(
  args: CheckedArguments,
): { uuid: string; version: string } | undefined {
  const cursor = args.text("search_after");
  if (cursor === undefined) return undefined;
  const [uuid = "", version, ...rest] = cursor.split(",");
  if (version === undefined || rest.length > 0) {
    throw new Problem(
      400,
      "elasticsearch_bad_request",
      "'search_after' is not of the form <uuid>,<version>",
    );
  }
  return { uuid, version };
}

function search(
  { repository }: DssContext,
  query: Query,
  cursor: { uuid: string; version: string } | undefined,
  limit: number,
): { hits: Hit[]; totalHits: number } {
  const hits: Hit[] = [];
  let totalHits = 0;
  for (const hit of repository.documents()) {
    const document = JSON.parse(hit.document);
    if (!matchDocument(query, document, formatFqid(hit))) continue;
    totalHits++;
    if (hits.length < limit && isAfter(hit, cursor)) hits.push(hit);
  }
  return { hits, totalHits };
}

// Descending by uuid, then by version.
function isAfter(
  hit: Hit,
  cursor: { uuid: string; version: string } | undefined,
): boolean {
  if (cursor === undefined) return true;
  const order = compareCodePoints(hit.uuid, cursor.uuid) ||
    compareCodePoints(hit.version, cursor.version);
  return order < 0;
}

function describeHit(
  hit: Hit,
  origin: string,
  replica: string,
  isRaw: boolean,
): Record<string, unknown> {
  const query = new URLSearchParams({ version: hit.version, replica });
  return {
    bundle_fqid: formatFqid(hit),
    bundle_url: `${origin}/v1/bundles/${hit.uuid}?${query}`,
    search_score: null,
    ...(isRaw && { metadata: JSON.parse(hit.document) }),
  };
}
