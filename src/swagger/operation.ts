import type { Json } from "../base/mod.ts";

/** Where a parameter goes in the request. */
export type ParameterPlace = "path" | "query" | "header" | "body";

/** The JSON type of a parameter's value. */
export type ParameterType =
  | "string"
  | "integer"
  | "number"
  | "boolean"
  | "object"
  | "array";

/** One argument of an operation. */
export interface Parameter {
  /** Its name in the document. */
  name: string;
  /** Where it goes; `body` is a property of the JSON body. */
  in: ParameterPlace;
  /** Whether the service needs it. */
  required: boolean;
  /** Its type; `string` when the document says nothing. */
  type: ParameterType;
  /** The values it may have, when they are listed. */
  choices: string[] | undefined;
  /** The document's words about it; "" when there are none. */
  description: string;
  /** A regular expression that values match, unanchored (ECMA-262). */
  pattern: string | undefined;
  /** The least value of a number, inclusive. */
  minimum: number | undefined;
  /** The greatest value of a number, inclusive. */
  maximum: number | undefined;
  /** What the service takes when it is left out. */
  default: Json | undefined;
}

/** One path under which an operation is found. */
export interface OperationPath {
  /** The template, as in `/bundles/{uuid}`. */
  template: string;
  /** The names of its placeholders. */
  placeholders: string[];
}

/** One callable operation of a service. */
export interface Operation {
  /** Its name for callers, as in `get_bundle`. */
  name: string;
  /** HTTP method, upper case. */
  method: string;
  /** One line about it. */
  summary: string;
  /** More about it. */
  description: string;
  /** Its arguments, in the order in which flags are shown. */
  parameters: Parameter[];
  /** Its paths; several when two templates yield one name. */
  paths: OperationPath[];
  /** Whether it declares a JSON body, which is then always sent. */
  hasBody: boolean;
  /** Whether it needs a token. */
  isSecured: boolean;
  /** Whether its answer may come in pages (it declares a 206). */
  isPaged: boolean;
}
