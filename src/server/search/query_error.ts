/**
 * A search query that is malformed, or uses a form that the embedded service
 * does not evaluate. The DSS answers such a query with status 400 and code
 * `elasticsearch_bad_request`; an unknown form is never an empty result.
 */
export class QueryError extends Error {
  /** Always "QueryError". */
  override readonly name = "QueryError";
}
