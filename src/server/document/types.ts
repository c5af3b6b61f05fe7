/**
 * The part of Swagger 2.0 (OpenAPI Specification 2.0) that the document of
 * the DSS uses; names are those of the specification.
 *
 * @module
 */

/** How the service is reached. */
export type Scheme = "http" | "https";

/** A whole API document (Swagger Object). */
export interface SwaggerDocument {
  /** The version of the specification. */
  swagger: "2.0";
  /** What the document is about. */
  info: { title: string; description: string; version: string };
  /** Host name, with the port when it is not the usual one. */
  host: string;
  /** What every path starts with. */
  basePath: string;
  /** How the service is reached. */
  schemes: Scheme[];
  /** Media types of request bodies. */
  consumes: string[];
  /** Media types of answers that are not errors. */
  produces: string[];
  /** The ways to prove who asks, by name. */
  securityDefinitions: Record<string, OAuth2Scheme>;
  /** The operations, by path; the order is that of a client's commands. */
  paths: Paths;
  /** The shapes that schemas refer to, by name. */
  definitions: Record<string, Schema>;
}

/** An authorization server and its tokens (Security Scheme Object). */
export interface OAuth2Scheme {
  /** The kind of scheme. */
  type: "oauth2";
  /** The authorization code flow (RFC 6749, section 4.1). */
  flow: "accessCode";
  /** What the token holds. */
  description: string;
  /** Where a person says yes. */
  authorizationUrl: string;
  /** Where codes and refresh tokens become tokens. */
  tokenUrl: string;
  /** What may be asked for, and what it is. */
  scopes: Record<string, string>;
  /** Who signs the tokens (Google Cloud Endpoints). */
  "x-google-issuer": string;
  /** The key set of the issuer (Google Cloud Endpoints). */
  "x-google-jwks_uri": string;
  /** The audiences that are taken, with commas (Google Cloud Endpoints). */
  "x-google-audiences": string;
}

/** The HTTP methods that the DSS answers, as keys of a path. */
export type Method = "delete" | "get" | "head" | "patch" | "post" | "put";

/** The operations of one path, by method. */
export type PathItem = Partial<Record<Method, Operation>>;

/** The operations, by path. */
export type Paths = Record<string, PathItem>;

/** One method of one path (Operation Object). */
export interface Operation {
  /** The name of the method that a client makes of it. */
  operationId: string;
  /** One line. */
  summary: string;
  /** What it does, in full. */
  description: string;
  /** Present on operations that need a token. */
  security?: Record<string, string[]>[];
  /** What it takes, in the order that a client shows. */
  parameters: Parameter[];
  /** What it answers, by status; `default` is any other. */
  responses: Responses;
}

/** The answers of an operation, by status or `default`. */
export type Responses = Record<string, ResponseObject>;

/** One answer (Response Object). */
export interface ResponseObject {
  /** When it is given. */
  description: string;
  /** The body; absent when there is none to speak of. */
  schema?: Schema;
  /** The headers that matter, by name. */
  headers?: Record<string, Header>;
}

/** What an operation takes (Parameter Object). */
export type Parameter = BodyParameter | PlainParameter;

/** A JSON request body. */
export interface BodyParameter {
  /** The name, which does not reach the wire. */
  name: string;
  /** Where it goes. */
  in: "body";
  /** What it is for. */
  description: string;
  /** Whether a request without it is refused. */
  required: boolean;
  /** Its shape. */
  schema: Schema;
}

/** A parameter in the path or in the query. */
export interface PlainParameter extends Constraints {
  /** The name on the wire. */
  name: string;
  /** Where it goes. */
  in: "path" | "query";
  /** What it is for. */
  description: string;
  /** Whether a request without it is refused. */
  required: boolean;
  /** What its text stands for. */
  type: "boolean" | "integer" | "string";
}

/** A header of an answer (Header Object). */
export interface Header extends Constraints {
  /** What it says. */
  description: string;
  /** What its text stands for. */
  type: "boolean" | "integer" | "string";
}

/** What a value must satisfy, beyond its type (JSON Schema draft 4). */
export interface Constraints {
  /** A hint on the content, such as `int64` or `DSS_VERSION`. */
  format?: string;
  /** A regular expression that must be found in the text. */
  pattern?: string;
  /** The only values allowed. */
  enum?: string[];
  /** What the service takes when nothing is given. */
  default?: unknown;
  /** The least value, inclusive. */
  minimum?: number;
  /** The greatest value, inclusive. */
  maximum?: number;
}

/** The shape of a JSON value (Schema Object). */
export interface Schema extends Constraints {
  /** Another schema that stands here instead, `#/definitions/…`. */
  $ref?: string;
  /** What the value is for. */
  description?: string;
  /** The kind of value. */
  type?: "array" | "boolean" | "integer" | "number" | "object" | "string";
  /** The known properties of an object. */
  properties?: Record<string, Schema>;
  /** The properties that must be there. */
  required?: string[];
  /** Whether, and of which shape, other properties may be there. */
  additionalProperties?: boolean | Schema;
  /** The shape of each element of an array. */
  items?: Schema;
  /** The most elements of an array, inclusive. */
  maxItems?: number;
  /** Schemas that must all hold. */
  allOf?: Schema[];
  /** Whether null is a value too; Swagger 2.0 has no word of its own. */
  "x-nullable"?: boolean;
}
