import { definition, list, record } from "./formats.ts";
import {
  pageToken,
  perPage,
  queryText,
  replica,
  uuidPath,
} from "./parameters.ts";
import { answer, errors, pages } from "./responses.ts";
import type { Operation, Paths } from "./types.ts";

/** The operations on events. */
export function eventPaths(): Paths {
  return {
    "/events": { get: getEvents() },
    "/events/{uuid}": { get: getEvent() },
  };
}

function getEvents(): Operation {
  return {
    operationId: "get_events",
    summary: "List the journals of bundle events.",
    description: "Lists journals of the creation of bundles, oldest first. A " +
      "journal is read from its `stream_url`; `events` says where in it each " +
      "event document starts and how long it is.",
    parameters: [
      queryText(
        "from_date",
        "The first moment, in DSS_VERSION format; the earliest event if not " +
          "given.",
      ),
      queryText(
        "to_date",
        "The end, not included, in DSS_VERSION format; the latest event if " +
          "not given.",
      ),
      replica("Replica to read from."),
      perPage({ minimum: 1, maximum: 10, default: 1 }),
      pageToken(),
    ],
    responses: {
      ...pages(() =>
        record({
          event_streams: list(
            "The journals of this page.",
            definition("EventStream"),
          ),
        }), "event_streams"),
      ...errors({ codes: { 400: ["bad_request"] } }),
    },
  };
}

function getEvent(): Operation {
  return {
    operationId: "get_event",
    summary: "Show the event of a bundle version.",
    description: "Gets the event document of a bundle version: its manifest " +
      "and the content of its JSON files.",
    parameters: [
      uuidPath("The uuid of the bundle."),
      {
        ...queryText("version", "The version of the bundle."),
        required: true,
      },
      replica("Replica to read from."),
    ],
    responses: {
      "200": answer("The event document.", definition("Event")),
      ...errors({ codes: { 404: ["not_found"] } }),
    },
  };
}
