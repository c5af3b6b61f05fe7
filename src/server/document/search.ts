import { definition, freeObject, record } from "./formats.ts";
import {
  jsonBody,
  perPage,
  queryText,
  replica,
  searchAfter,
} from "./parameters.ts";
import { errors, pages } from "./responses.ts";
import type { Operation, Paths, Schema } from "./types.ts";

const DESCRIPTION =
  `Finds the bundles whose metadata match an Elasticsearch query.

Every bundle version is one document: \`manifest\` (what the bundle lists), \`state\`, \`uuid\`, \`shape_descriptor\`, and \`files\` (the content of its indexed JSON files). In \`files\`, each key is made of file names and holds a list: \`cell_suspension_0.json\` is found under \`files.cell_suspension_json\`.

Text is compared as a whole and regardless of case; append \`.text\` to a path to match single words. A list matches if one of its elements does. The empty query \`{}\` matches all, deleted bundles included; these have \`admin_deleted: true\`.

Results come by descending uuid and version. They appear seconds after a bundle is written.`;

/** The search operation. */
export function searchPaths(): Paths {
  return { "/search": { post: postSearch() } };
}

function postSearch(): Operation {
  return {
    operationId: "post_search",
    summary: "Find bundles by an Elasticsearch query on their metadata.",
    description: DESCRIPTION,
    parameters: [
      jsonBody("The query.", searchBody()),
      queryText(
        "output_format",
        "`summary`, if not given, returns the identifiers of the bundles, " +
          "`raw` adds their whole metadata.",
        { enum: ["summary", "raw"], default: "summary" },
      ),
      replica("Replica to search."),
      perPage(
        { minimum: 10, maximum: 500, default: 100 },
        "How many results to return at most on a page, 10 to 500; 100 if not " +
          "given. Pages of `raw` results always hold 10.",
      ),
      searchAfter(),
    ],
    responses: {
      ...pages(() => definition("SearchResult"), "results"),
      ...errors({
        codes: {
          400: ["elasticsearch_bad_request"],
          404: ["elasticsearch_context_not_found"],
          500: ["internal_server_error"],
        },
      }),
    },
  };
}

function searchBody(): Schema {
  return record({
    es_query: freeObject(
      "The request body for Elasticsearch 5.5. Its `sort` and `size` are " +
        "replaced by those of the service.",
    ),
  }, ["es_query"]);
}
