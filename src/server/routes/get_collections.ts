import { emailOf } from "../authorization/caller.ts";
import { CollectionStore } from "../collections/mod.ts";
import type { Route } from "../context.ts";
import { pageAnswer, withQuery } from "../paging.ts";

const PER_PAGE = 500;

/** GET /collections: what the caller has put, page by page. */
export const getCollections: Route = ({ database }, request, args, caller) => {
  const store = new CollectionStore(database);
  const owner = emailOf(caller);
  const count = store.countListed(owner);
  const asked = args.integer("start_at", 0);
  // A negative one counts from the end.
  const start = asked < 0 ? Math.max(0, count + asked) : Math.min(asked, count);
  const collections = store.listed(
    owner,
    start,
    args.integer("per_page", PER_PAGE),
  );
  const end = start + collections.length;
  return pageAnswer({
    body: { collections },
    contentKey: "collections",
    nextUrl: end < count
      ? withQuery(request.url, { start_at: String(end) })
      : undefined,
  });
};
