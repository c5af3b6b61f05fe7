import { formatFqid, isVersion } from "../../base/mod.ts";
import type { DssContext, Route } from "../context.ts";
import { type EventJournal, EventStore } from "../events/mod.ts";
import { pageAnswer, withQuery } from "../paging.ts";
import { illegalArguments, Problem } from "../problem.ts";
import type { CheckedArguments } from "../validate_request.ts";

const PER_PAGE = 1;

/** GET /events: journals of the creation of bundles, oldest first. */
export const getEvents: Route = async (context, request, args) => {
  const { from, to } = parseDates(args);
  const perPage = args.integer("per_page", PER_PAGE);
  const found = new EventStore(context.database)
    .journals(from, to, perPage + 1);
  const streams = await Promise.all(
    found.slice(0, perPage).map((one) => describe(context, request, one)),
  );
  const next = found[perPage];
  return pageAnswer({
    body: { event_streams: streams },
    contentKey: "event_streams",
    nextUrl: next && withQuery(request.url, { token: next.fromDate }),
  });
};

function parseDates(
  args: CheckedArguments,
): { from: string | undefined; to: string | undefined } {
  for (const name of ["from_date", "to_date", "token"]) {
    const date = args.text(name);
    if (date === undefined || isVersion(date)) continue;
    throw illegalArguments(`'${name}' is not a date in DSS_VERSION format`);
  }
  const from = args.text("token") ?? args.text("from_date");
  const to = args.text("to_date");
  if (from !== undefined && to !== undefined && from > to) {
    throw new Problem(
      400,
      "bad_request",
      "'from_date' must not be later than 'to_date'",
    );
  }
  return { from, to };
}

async function describe(
  { signedUrls }: DssContext,
  request: Request,
  journal: EventJournal,
): Promise<Record<string, unknown>> {
  const { origin } = new URL(request.url);
  return {
    journal_id: journal.id,
    from_date: journal.fromDate,
    to_date: journal.toDate,
    size: journal.sizeBytes,
    events: [{
      event_id: formatFqid(journal),
      timestamp: journal.fromDate,
      offset: 0,
      size: journal.sizeBytes,
    }],
    stream_url: await signedUrls.sign(`${origin}/journals/${journal.id}`),
  };
}
