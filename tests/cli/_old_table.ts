/**
 * The command tree of the old client (version 8.0.0), typed in by hand, as it
 * was generated from the DSS's API document; and the tree that hca makes of a
 * document, in the same notation.
 *
 * A line is `command METHOD PATH`, then ` A` if it sends credentials and ` P`
 * if it has pages, then its flags in order: `b` in the body, `p` in the path,
 * `q` in the query; `!` required, `=a|b` one of these, `:json` JSON, `:int` a
 * whole number, `+` several values.
 *
 * @module
 */

import type { Command, Option } from "../../src/commands/command.ts";
import { operationCommands } from "../../src/commands/operation_commands.ts";
import {
  type ApiDocument,
  flagName,
  type Operation,
  parseOperations,
} from "../../src/swagger/mod.ts";

const TABLE = `
post-search POST /search P; b es-query!:json; q output-format=summary|raw replica!=aws|gcp per-page search-after
head-file HEAD /files/{uuid}; p uuid!; q replica!=aws|gcp version
get-file GET /files/{uuid}; p uuid!; q replica!=aws|gcp version token directurl content-disposition
put-file PUT /files/{uuid} A; b source-url! creator-uid!:int; p uuid!; q version!
get-subscriptions GET /subscriptions A; q replica!=aws|gcp subscription-type=elasticsearch|jmespath
put-subscription PUT /subscriptions A; b es-query:json jmespath-query callback-url! method=POST|PUT encoding=application/json|multipart/form-data form-fields:json payload-form-field hmac-secret-key hmac-key-id attachments:json; q replica!=aws|gcp
get-subscription GET /subscriptions/{uuid} A; p uuid!; q replica!=aws|gcp subscription-type=elasticsearch|jmespath
delete-subscription DELETE /subscriptions/{uuid} A; p uuid!; q replica!=aws|gcp subscription-type=elasticsearch|jmespath
get-collections GET /collections A P; q per-page start-at
put-collection PUT /collections A; b name! description! details!:json contents!:json+; q replica!=aws|gcp uuid! version!
get-collection GET /collections/{uuid} A; p uuid!; q replica!=aws|gcp version
patch-collection PATCH /collections/{uuid} A; b add-contents remove-contents name description details:json; p uuid!; q replica!=aws|gcp version!
delete-collection DELETE /collections/{uuid} A; p uuid!; q replica!=aws|gcp
get-bundles-all GET /bundles/all P; q replica!=aws|gcp prefix token per-page search-after
get-bundle GET /bundles/{uuid} P; p uuid!; q version replica!=aws|gcp directurls presignedurls token per-page start-at
put-bundle PUT /bundles/{uuid} A; b files!:json+ creator-uid!:int; p uuid!; q version! replica!=aws|gcp
patch-bundle PATCH /bundles/{uuid} A; b add-files remove-files; p uuid!; q replica!=aws|gcp version!
delete-bundle DELETE /bundles/{uuid} A; b reason!; p uuid!; q replica!=aws|gcp version
post-bundles-checkout POST /bundles/{uuid}/checkout; b email destination; p uuid!; q version replica!=aws|gcp
get-bundles-checkout GET /bundles/checkout/{checkout_job_id}; q replica!=aws|gcp; p checkout-job-id!
get-events GET /events P; q from-date to-date replica!=aws|gcp per-page token
get-event GET /events/{uuid}; p uuid!; q version! replica!=aws|gcp
`;

// Where hca knows more. The old client took any text for these and left it to
// the service; and it could not use its optional arrays at all.
const KNOWN_TYPES: Record<string, string> = {
  "per-page": ":int",
  "start-at": ":int",
  directurl: ":bool",
  directurls: ":bool",
  presignedurls: ":bool",
  "add-contents": ":json+",
  "remove-contents": ":json+",
  "add-files": ":json+",
  "remove-files": ":json+",
};

/** The flags that are not the service's, in their order at the end. */
export const OURS: readonly string[] = [
  "no-paginate",
  "output",
  "query",
  "output-file",
];

/** The lines of the old client's table, with the types that hca knows. */
export const OLD_TREE: readonly string[] = TABLE.trim().split("\n").map(
  (line) =>
    line.replace(
      /(?<= )[a-z-]+(?=[ ;]|$)/g,
      (name) => `${name}${KNOWN_TYPES[name] ?? ""}`,
    ),
);

/** The commands of the old client, in its order. */
export const OLD_COMMANDS: readonly string[] = OLD_TREE.map((line) =>
  line.split(" ", 1)[0] ?? ""
);

/** The least and greatest numbers that the service takes, by flag. */
export const OLD_LIMITS: readonly string[] = [
  "post-search --per-page 10..500",
  "get-collections --per-page 10..500",
  "get-bundles-all --per-page 10..500",
  "get-bundle --per-page 10..500",
  "get-events --per-page 1..10",
];

/** The commands that hca makes of a document. */
export function commandsOfDocument(document: ApiDocument): Command[] {
  return operationCommands(
    parseOperations(document).values(),
    () => Promise.reject(new Error("nothing is called here")),
  );
}

/** The lines of a document's tree. */
export function treeOf(document: ApiDocument): string[] {
  const commands = new Map(
    commandsOfDocument(document).map((command) => [command.name, command]),
  );
  return [...parseOperations(document).values()].map((operation) => {
    const name = operation.name.replaceAll("_", "-");
    return lineOf(name, operation, commands.get(name)?.options ?? []);
  });
}

/** The lines of a document's limits. */
export function limitsOf(document: ApiDocument): string[] {
  return commandsOfDocument(document).flatMap(({ name, options = [] }) =>
    options.flatMap((option) =>
      option.minimum === undefined && option.maximum === undefined
        ? []
        : [`${name} --${option.name} ${option.minimum}..${option.maximum}`]
    )
  );
}

function lineOf(
  name: string,
  operation: Operation,
  options: readonly Option[],
): string {
  const { method, paths, isSecured, isPaged, parameters } = operation;
  const [path] = paths;
  const groups: string[] = [];
  let last = "";
  for (const option of options) {
    if (OURS.includes(option.name)) continue;
    const parameter = parameters.find((parameter) =>
      flagName(parameter.name) === option.name
    );
    const place = parameter?.in.slice(0, 1) ?? "?";
    if (place === last) groups.push(` ${notationOf(option)}`);
    else groups.push(`; ${place} ${notationOf(option)}`);
    last = place;
  }
  const hasSwitch = options.some(({ name, isSwitch }) =>
    name === "no-paginate" && isSwitch
  );
  const marks = [
    isSecured ? " A" : "",
    isPaged && hasSwitch ? " P" : "",
    isPaged === hasSwitch ? "" : " --no-paginate does not fit",
  ];
  return `${name} ${method} ${path?.template}${marks.join("")}${
    groups.join("")
  }`;
}

/** A flag in the notation of the table. */
export function notationOf(option: Option): string {
  const types = {
    string: "",
    integer: ":int",
    number: ":number",
    boolean: ":bool",
    json: ":json",
  };
  return [
    option.name,
    option.required ? "!" : "",
    option.isSwitch ? "" : types[option.type ?? "string"],
    option.choices === undefined ? "" : `=${option.choices.join("|")}`,
    option.isList ? "+" : "",
  ].join("");
}
