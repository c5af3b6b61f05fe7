import type { JsonObject } from "../../src/base/mod.ts";

const text = { schema: { type: "string" } };
const json = (schema: JsonObject) => ({
  content: { "application/json; charset=utf-8": { schema } },
});

/** An OpenAPI 3 document in the manner of the atlas's service for logins. */
export function authDocument(origin: string): JsonObject {
  return {
    openapi: "3.0.0",
    servers: [{
      url: "{origin}/{stage}",
      variables: { origin: { default: origin }, stage: { default: "auth" } },
    }],
    paths: {
      "/.well-known/openid-configuration": {
        get: {
          summary: "Where things are.",
          parameters: [{ name: "host", in: "header", required: true, ...text }],
          responses: { 200: {} },
        },
      },
      "/.well-known/jwks.json": { get: { responses: { 200: {} } } },
      "/oauth/token": {
        post: {
          requestBody: json({
            type: "object",
            required: ["grant_type"],
            properties: {
              grant_type: { type: "string", enum: ["refresh", "code"] },
              expires_in: { type: "integer", minimum: 60, maximum: 3600 },
              scopes: { type: "array", items: { type: "string" } },
            },
          }),
          responses: { 200: {} },
        },
      },
      "/v1/users": {
        get: {
          security: [{ bearer: [] }],
          parameters: [
            { $ref: "#/components/parameters/page" },
            {
              name: "status",
              in: "query",
              schema: { type: "string", enum: ["enabled", "disabled"] },
            },
          ],
          responses: { 200: {}, 206: {} },
        },
      },
      "/v1/user/{user_id}/groups": {
        parameters: [{ name: "user_id", in: "path", required: true, ...text }],
        get: { responses: { 200: {} } },
        put: {
          security: [{ bearer: [] }],
          requestBody: json({ $ref: "#/components/schemas/Groups" }),
          responses: { 200: {} },
        },
      },
    },
    components: {
      parameters: {
        page: {
          name: "per_page",
          in: "query",
          schema: { type: "integer", minimum: 10, maximum: 30 },
        },
      },
      schemas: {
        Groups: {
          allOf: [
            { properties: { groups: { type: "array", items: {} } } },
            { properties: { action: { enum: ["add", "remove"] } } },
          ],
          required: ["groups", "action"],
        },
      },
    },
  };
}

const inPath = (name: string) => ({ name, in: "path", type: "string" });

/** A Swagger 2.0 document with all that the old client could not read. */
export function matrixDocument(origin: string): JsonObject {
  return {
    swagger: "2.0",
    host: new URL(origin).host,
    schemes: ["http"],
    basePath: "/matrix/",
    paths: {
      // A path item with a summary and parameters of its own.
      "/matrices/{uuid}": {
        summary: "One matrix.",
        parameters: [inPath("uuid"), {
          name: "X-Trace",
          in: "header",
          type: "string",
        }],
        get: {
          parameters: [{
            name: "format",
            in: "query",
            required: true,
            type: "string",
            enum: ["loom", "mtx"],
          }],
        },
        // An operation of nothing.
        delete: {},
      },
      // Two paths of one name.
      "/filters/{kind}": {
        get: { parameters: [inPath("kind")], responses: { 200: {} } },
      },
      "/filters/{kind}/{name}": {
        get: {
          parameters: [inPath("kind"), inPath("name"), {
            name: "limit",
            in: "query",
            type: "number",
          }],
          responses: { 200: {} },
        },
      },
      "/matrices": {
        post: {
          parameters: [{
            name: "body",
            in: "body",
            schema: {
              properties: {
                // Neither a type nor an enum.
                note: {},
                "feature/kind": { enum: ["gene", "transcript"] },
                is_dense: { type: "boolean" },
                _hidden: { type: "string" },
              },
            },
          }],
        },
      },
    },
  };
}
