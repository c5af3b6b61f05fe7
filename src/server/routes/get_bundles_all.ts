import { formatFqid, formatVersion, parseFqid } from "../../base/mod.ts";
import type { Route } from "../context.ts";
import { pageAnswer, withQuery } from "../paging.ts";

const PER_PAGE = 100;
const KEY_PREFIX = "bundles/";

/**
 * GET /bundles/all: every bundle version in key order. A page that is exactly
 * full has a next one, which may be empty, as in the DSS.
 */
export const getBundlesAll: Route = ({ repository, clock }, request, args) => {
  const perPage = args.integer("per_page", PER_PAGE);
  const prefix = (args.text("prefix") ?? "").toLowerCase();
  const cursor = args.text("search_after")?.replace(KEY_PREFIX, "");
  const after = cursor === undefined ? undefined : parseFqid(cursor);
  const bundles = repository.bundleKeys(prefix, after, perPage);
  const last = bundles.at(-1);
  const hasMore = last !== undefined && bundles.length === perPage;
  const body: Record<string, unknown> = {
    object: "list",
    bundles,
    page_count: bundles.length,
    per_page: perPage,
    search_prefix: `${KEY_PREFIX}${prefix}`,
    dss_api: new URL(request.url).origin,
    event_timestamp: formatVersion(clock.now()),
    has_more: hasMore,
  };
  if (!hasMore) {
    return pageAnswer({ body, contentKey: "bundles", nextUrl: undefined });
  }
  const searchAfter = `${KEY_PREFIX}${formatFqid(last)}`;
  const nextUrl = withQuery(request.url, { search_after: searchAfter });
  Object.assign(body, { search_after: searchAfter, token: "", link: nextUrl });
  return pageAnswer({ body, contentKey: "bundles", nextUrl });
};
