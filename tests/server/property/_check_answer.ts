import type {
  Header,
  Responses,
  SwaggerDocument,
} from "../../../src/server/document/mod.ts";
import { breaches, isDssVersion } from "./_fits_schema.ts";
import { isBeyondSchemas, judgeRequest } from "./_judge_request.ts";
import { type MadeRequest } from "./_make_request.ts";

/** An answer, read. */
export interface ReadAnswer {
  status: number;
  headers: Headers;
  text: string;
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
// What comes before any operation: no JSON, too large, another media type.
const FRAMEWORK = [413, 414, 415, 431];

/** All that is wrong with an answer, by the document; nothing is best. */
export function checkAnswer(
  document: SwaggerDocument,
  made: MadeRequest,
  answer: ReadAnswer,
): string[] {
  const { status, headers } = answer;
  const problems: string[] = [];
  if (!UUID.test(headers.get("x-aws-request-id") ?? "")) {
    problems.push("no x-aws-request-id");
  }
  if (headers.get("access-control-allow-origin") !== "*") {
    problems.push("no access-control-allow-origin");
  }
  if (
    status === 401 && !/^Bearer /.test(headers.get("www-authenticate") ?? "")
  ) {
    problems.push("401 without a challenge");
  }
  const operation = operationOf(document, made);
  if (operation === undefined) {
    if (status !== 403) problems.push(`${status} for no operation`);
    return problems;
  }
  return problems.concat(
    checkStatus(operation, answer, made),
    checkBody(document, operation, answer, made.method),
    checkHeaders(operation[status]?.headers ?? {}, headers),
    checkJudgement(document, made, answer),
  );
}

/** The answers of what the request reaches; undefined: nothing. */
function operationOf(
  { paths }: SwaggerDocument,
  { found, method }: MadeRequest,
): Responses | undefined {
  // Other methods than GET take `all` for a uuid.
  const item = {
    ...found.path === "/bundles/all" ? paths["/bundles/{uuid}"] : {},
    ...paths[found.path],
  };
  const name = method.toLowerCase();
  const own = Object.entries(item).find(([key]) => key === name)?.[1];
  // Every GET can be asked for its head.
  return (own ?? (name === "head" ? item.get : undefined))?.responses;
}

function checkStatus(
  responses: Responses,
  { status, text }: ReadAnswer,
  { query, body }: MadeRequest,
): string[] {
  if (status === 503 && body?.includes("/refuse")) return [];
  if (status === 501 && query.some(([name]) => /^directurls?$/.test(name))) {
    return text === "" || text.includes('"not_implemented"')
      ? []
      : ["501 for another reason"];
  }
  if (status >= 500) return [`${status}`];
  return status in responses || FRAMEWORK.includes(status)
    ? []
    : [`${status} is not in the document`];
}

function checkBody(
  { definitions }: SwaggerDocument,
  responses: Responses,
  { status, headers, text }: ReadAnswer,
  method: string,
): string[] {
  if (method === "HEAD") return text === "" ? [] : ["HEAD with a body"];
  const response = responses[status] ?? responses.default;
  if (response?.schema === undefined) {
    return text === "" ? [] : [`${status} with a body`];
  }
  const isError = status >= 400;
  const type = headers.get("content-type");
  const wanted = isError ? "application/problem+json" : "application/json";
  const problems = type === wanted ? [] : [`content-type ${type}`];
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return [...problems, "no JSON"];
  }
  const how = { definitions, formats: true, closed: !isError };
  return [
    ...problems,
    ...breaches(body, response.schema, how).slice(0, 3),
    ...(isError ? checkProblem(body as Record<string, unknown>, status) : []),
  ];
}

function checkProblem(
  body: Record<string, unknown>,
  status: number,
): string[] {
  const problems = body.status === status ? [] : ["another status in the body"];
  if (body.stacktrace !== undefined && body.stacktrace !== "") {
    problems.push("a stack trace");
  }
  const title = String(body.title);
  if (title.length > 12_000) problems.push("a very long title");
  return problems;
}

function checkHeaders(
  expected: Record<string, Header>,
  headers: Headers,
): string[] {
  return Object.entries(expected).flatMap(([name, { type, ...rest }]) => {
    const value = headers.get(name);
    if (value === null) return [`no header ${name}`];
    const isGood = type === "integer"
      ? /^-?\d+$/.test(value)
      : type === "boolean"
      ? /^(true|false)$/.test(value)
      : (rest.enum?.includes(value) ?? true) &&
        new RegExp(rest.pattern ?? "").test(value) &&
        (rest.format !== "DSS_VERSION" || isDssVersion(value));
    return isGood ? [] : [`header ${name}: ${value}`];
  });
}

/** What breaks the document must be refused; what fits must not be. */
function checkJudgement(
  { definitions }: SwaggerDocument,
  made: MadeRequest,
  { status, text }: ReadAnswer,
): string[] {
  const judgement = judgeRequest(made, definitions);
  const refusals = [400, 401, 403, 413, 415];
  if (judgement === "breaks" && !refusals.includes(status)) {
    return [`${status} for what breaks the document`];
  }
  if (judgement !== "fits" || !/^(admin|nobody)$/.test(made.caller)) return [];
  const isOpen = made.found.operation.security === undefined;
  if (!isOpen && made.caller === "nobody") {
    return status === 401 ? [] : [`${status} without a token`];
  }
  if ([401, 413, 415].includes(status)) return [`${status} for what fits`];
  return status === 400 && text.includes('"illegal_arguments"') &&
      !isBeyondSchemas(made, JSON.parse(text).title)
    ? [`400 for what fits: ${text}`]
    : [];
}
