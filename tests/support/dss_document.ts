/**
 * The API document of the DSS as it was in production, reduced to what makes
 * the commands: operations, and their parameters' names, places, types,
 * limits and choices.
 *
 * @module
 */

import type { Json, JsonObject } from "../../src/base/mod.ts";

const UUID = "[A-Za-z0-9]{8}-[A-Za-z0-9]{4}-[A-Za-z0-9]{4}-[A-Za-z0-9]{4}-" +
  "[A-Za-z0-9]{12}";

function parameter(
  place: string,
  name: string,
  required: boolean,
  schema: JsonObject = {},
): JsonObject {
  return { name, in: place, required, type: "string", ...schema };
}

const query = (name: string, schema: JsonObject = {}) =>
  parameter("query", name, false, schema);
const needed = (name: string, schema: JsonObject = {}) =>
  parameter("query", name, true, schema);
const perPage = (minimum: number, maximum: number, standard: number) =>
  query("per_page", { type: "integer", minimum, maximum, default: standard });
const body = (schema: JsonObject) => ({
  name: "json_request_body",
  in: "body",
  required: true,
  schema,
});

const uuid = parameter("path", "uuid", true, { pattern: UUID });
const replica = needed("replica", { enum: ["aws", "gcp"] });
const version = query("version");
const exactVersion = needed("version", { format: "DSS_VERSION" });
const token = query("token");
const startAt = query("start_at", { type: "integer" });
const subscriptionType = query("subscription_type", {
  default: "jmespath",
  enum: ["elasticsearch", "jmespath"],
});
const text: JsonObject = { type: "string" };
const object: JsonObject = { type: "object" };
const array: JsonObject = { type: "array", items: object };

const once: JsonObject = { 200: {}, default: {} };
const paged: JsonObject = { 200: {}, 206: {}, default: {} };
const security: Json = [{ dcpAuth: [] }];

/** The document, as it would be parsed from its text. */
export const DSS_DOCUMENT: JsonObject = {
  swagger: "2.0",
  info: { title: "Human Cell Atlas DSS", version: "1.0.0" },
  host: "dss.data.humancellatlas.org",
  schemes: ["https"],
  basePath: "/v1",
  paths: {
    "/search": {
      post: {
        parameters: [
          body({ properties: { es_query: object }, required: ["es_query"] }),
          query("output_format", {
            enum: ["summary", "raw"],
            default: "summary",
          }),
          replica,
          perPage(10, 500, 100),
          query("search_after"),
        ],
        responses: paged,
      },
    },
    "/files/{uuid}": {
      head: {
        parameters: [parameter("path", "uuid", true), replica, version],
        responses: once,
      },
      get: {
        parameters: [
          uuid,
          replica,
          version,
          token,
          query("directurl", { type: "boolean" }),
          query("content_disposition"),
        ],
        responses: { 301: {}, 302: {}, default: {} },
      },
      put: {
        security,
        parameters: [
          uuid,
          exactVersion,
          body({
            properties: {
              source_url: { ...text, pattern: "^(gs|s3|wasb)://" },
              creator_uid: { type: "integer" },
            },
            required: ["source_url", "creator_uid"],
          }),
        ],
        responses: once,
      },
    },
    "/subscriptions": {
      get: {
        security,
        parameters: [replica, subscriptionType],
        responses: once,
      },
      put: {
        security,
        parameters: [
          replica,
          body({
            properties: {
              es_query: object,
              jmespath_query: text,
              callback_url: { ...text, pattern: "https?://" },
              // These two state no type.
              method: { enum: ["POST", "PUT"], default: "POST" },
              encoding: {
                enum: ["application/json", "multipart/form-data"],
                default: "application/json",
              },
              form_fields: { ...object, default: {} },
              payload_form_field: { ...text, default: "payload" },
              hmac_secret_key: text,
              hmac_key_id: text,
              attachments: object,
            },
            required: ["callback_url"],
          }),
        ],
        responses: { 201: {}, default: {} },
      },
    },
    "/subscriptions/{uuid}": {
      get: {
        security,
        parameters: [uuid, replica, subscriptionType],
        responses: once,
      },
      delete: {
        security,
        parameters: [uuid, replica, subscriptionType],
        responses: once,
      },
    },
    "/collections": {
      get: {
        security,
        parameters: [perPage(10, 500, 500), startAt],
        responses: paged,
      },
      put: {
        security,
        parameters: [
          replica,
          needed("uuid", { pattern: UUID }),
          exactVersion,
          body({ $ref: "#/definitions/Collection" }),
        ],
        responses: { 201: {}, default: {} },
      },
    },
    "/collections/{uuid}": {
      get: { security, parameters: [uuid, replica, version], responses: once },
      patch: {
        security,
        parameters: [
          uuid,
          replica,
          exactVersion,
          body({
            properties: {
              add_contents: array,
              remove_contents: array,
              name: text,
              description: text,
              details: object,
            },
          }),
        ],
        responses: once,
      },
      delete: { security, parameters: [uuid, replica], responses: once },
    },
    "/bundles/all": {
      get: {
        parameters: [
          replica,
          query("prefix", { pattern: "^[a-zA-Z0-9][a-zA-Z0-9-]*$" }),
          token,
          perPage(10, 500, 100),
          query("search_after"),
        ],
        responses: paged,
      },
    },
    "/bundles/{uuid}": {
      get: {
        parameters: [
          uuid,
          version,
          replica,
          query("directurls", { type: "boolean" }),
          query("presignedurls", { type: "boolean" }),
          token,
          perPage(10, 500, 500),
          startAt,
        ],
        responses: { ...paged, 301: {} },
      },
      put: {
        security,
        parameters: [
          uuid,
          exactVersion,
          replica,
          body({
            properties: { files: array, creator_uid: { type: "integer" } },
            required: ["files", "creator_uid"],
          }),
        ],
        responses: once,
      },
      patch: {
        security,
        parameters: [
          uuid,
          replica,
          exactVersion,
          body({ properties: { add_files: array, remove_files: array } }),
        ],
        responses: once,
      },
      delete: {
        security,
        parameters: [
          uuid,
          replica,
          version,
          body({ properties: { reason: text }, required: ["reason"] }),
        ],
        responses: once,
      },
    },
    "/bundles/{uuid}/checkout": {
      post: {
        parameters: [
          uuid,
          version,
          replica,
          body({ properties: { email: text, destination: text } }),
        ],
        responses: once,
      },
    },
    "/bundles/checkout/{checkout_job_id}": {
      get: {
        parameters: [
          replica,
          parameter("path", "checkout_job_id", true, { pattern: UUID }),
        ],
        responses: once,
      },
    },
    "/events": {
      get: {
        parameters: [
          query("from_date"),
          query("to_date"),
          replica,
          perPage(1, 10, 1),
          token,
        ],
        responses: paged,
      },
    },
    "/events/{uuid}": {
      get: { parameters: [uuid, needed("version"), replica], responses: once },
    },
  },
  definitions: {
    Collection: {
      properties: {
        name: text,
        description: text,
        details: object,
        contents: array,
      },
      required: ["name", "description", "details", "contents"],
    },
  },
};
