import type { Clock } from "../../base/mod.ts";
import type { Handler } from "../handler.ts";

/** What is said of a request, when it was answered. */
export interface RequestRecord {
  /** When it came, ISO 8601 in UTC. */
  time: string;
  /** HTTP method. */
  method: string;
  /** The path, without the query, which may hold what is secret. */
  path: string;
  /** HTTP status. */
  status: number;
  /** From its coming to the head of its answer, milliseconds. */
  ms: number;
  /** The id that the answer has, too. */
  request_id: string | null;
}

// What comes in a path is of anybody's making.
const PATH_LIMIT = 500;

/**
 * Tells of every request, one record each.
 *
 * @param tell gets the record
 */
export function logRequests(
  handler: Handler,
  clock: Clock,
  tell: (record: RequestRecord) => void,
): Handler {
  return async (request) => {
    const startMs = clock.elapsed();
    const time = new Date(clock.now()).toISOString();
    const response = await handler(request);
    tell({
      time,
      method: request.method,
      path: pathOf(request.url).slice(0, PATH_LIMIT),
      status: response.status,
      ms: Math.round((clock.elapsed() - startMs) * 10) / 10,
      request_id: response.headers.get("x-aws-request-id"),
    });
    return response;
  };
}

// A `Host` can be of any form; then what was asked is no address.
function pathOf(url: string): string {
  return URL.canParse(url) ? new URL(url).pathname : "-";
}
