import { jsonAnswer } from "../answers.ts";
import type { Route } from "../context.ts";
import { EventStore } from "../events/mod.ts";
import { notFound } from "../problem.ts";

/** GET /events/{uuid}: the event document of a bundle version. */
export const getEvent: Route = ({ database }, _request, args) => {
  const document = new EventStore(database)
    .find(args.text("uuid") ?? "", args.text("version") ?? "");
  if (document === undefined) throw notFound("Cannot find event!");
  return jsonAnswer(JSON.parse(document));
};
