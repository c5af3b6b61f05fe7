import { formatFqid, type Json } from "../../base/mod.ts";
import type { DssContext, Route } from "../context.ts";
import { pageAnswer } from "../paging.ts";
import { Problem } from "../problem.ts";
import { parseQuery, type Query, QueryError } from "../search/mod.ts";
import {
  type DocumentKey,
  type SearchHit,
  type SearchPage,
  type SearchResult,
  SearchTooLongError,
} from "../search_index/mod.ts";
import type { CheckedArguments } from "../validate_request.ts";

const PER_PAGE = 100;
// The DSS allows ten whole documents in an answer, whatever was asked for.
const RAW_PER_PAGE = 10;

/**
 * POST /search: the bundles whose documents match a query, newest key first.
 * A page that is exactly full has a next one, as in the DSS.
 */
export const postSearch: Route = async (context, request, args) => {
  const esQuery = args.body("es_query") ?? {};
  const isRaw = args.text("output_format") === "raw";
  const perPage = isRaw ? RAW_PER_PAGE : args.integer("per_page", PER_PAGE);
  const replica = args.text("replica") ?? "aws";
  const query = parse(esQuery);
  const after = parseCursor(args);
  await context.searchIndex.catchUp(request.signal);
  const { hits, totalHits } = await find(context, request, query, {
    after,
    limit: perPage,
    withDocuments: isRaw,
  });
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
      results: hits.map((hit) => describeHit(hit, origin, replica)),
    },
    contentKey: "results",
    nextUrl,
    quote: '"',
  });
};

async function find(
  { searchIndex, clock }: DssContext,
  { signal }: Request,
  query: Query,
  page: SearchPage,
): Promise<SearchResult> {
  try {
    return await searchIndex.searchInSlices(query, page, { clock, signal });
  } catch (error) {
    if (!(error instanceof SearchTooLongError)) throw error;
    throw new Problem(400, "elasticsearch_bad_request", error.message);
  }
}

function parse(esQuery: Json): Query {
  try {
    return parseQuery(esQuery);
  } catch (error) {
    if (!(error instanceof QueryError)) throw error;
    throw new Problem(400, "elasticsearch_bad_request", error.message);
  }
}

function parseCursor(args: CheckedArguments): DocumentKey | undefined {
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

function describeHit(
  hit: SearchHit,
  origin: string,
  replica: string,
): Record<string, unknown> {
  const query = new URLSearchParams({ version: hit.version, replica });
  return {
    bundle_fqid: formatFqid(hit),
    bundle_url: `${origin}/v1/bundles/${hit.uuid}?${query}`,
    search_score: null,
    ...(hit.document !== undefined && { metadata: JSON.parse(hit.document) }),
  };
}
