import {
  AuthError,
  type HcaError,
  isJsonObject,
  NotFoundError,
  printable,
  type ServiceAnswer,
  ServiceError,
} from "../base/mod.ts";
import { readText } from "./body.ts";
import { redactUrl } from "./redact.ts";
import { formatWait } from "./retry.ts";

const BODY_LIMIT_BYTES = 1 << 18;
const SHOWN_CHARACTERS = 300;
const PROXY_HINT =
  "Name them in HTTP_PROXY or HTTPS_PROXY: http://user:password@proxy:port.";

// For answers without a body, as to HEAD.
const REASONS: Readonly<Record<number, string>> = {
  401: "Not authorized",
  403: "Forbidden",
  404: "Not found",
  407: "The proxy wants a user and a password",
  410: "Gone",
};

/**
 * The error that an answer with status 400 or more stands for. All four
 * shapes of body that the DSS sends are understood, and anything else (HTML
 * of a proxy, nothing at all).
 *
 * @param tries requests sent so far
 * @param askedMs the wait that the answer asks for, milliseconds
 */
export async function errorOfAnswer(
  request: { method: string; url: string },
  response: Response,
  tries: number,
  askedMs?: number,
): Promise<HcaError> {
  const answer: ServiceAnswer = {
    status: response.status,
    url: redactUrl(request.url),
    method: request.method,
    ...described(await bodyText(response), response),
  };
  const options = { answer };
  const message = messageOfAnswer(answer, tries, askedMs);
  switch (response.status) {
    case 401:
    case 403:
      return new AuthError(message, options);
    case 407:
      return new AuthError(message, { ...options, hint: PROXY_HINT });
    case 404:
    case 410:
      return new NotFoundError(message, options);
    default:
      return new ServiceError(message, {
        ...options,
        retryable: [408, 429].includes(response.status) ||
          response.status >= 500,
      });
  }
}

function messageOfAnswer(
  answer: ServiceAnswer,
  tries: number,
  askedMs: number | undefined,
): string {
  const facts = [
    `HTTP ${answer.status}`,
    ...(answer.requestId === undefined ? [] : [`request ${answer.requestId}`]),
    ...(tries > 1 ? [`tried ${tries} times`] : []),
    ...(askedMs ? [`asks to wait ${formatWait(askedMs)}`] : []),
  ];
  const what = [answer.code, answer.title].filter(Boolean).join(": ");
  return `${what} (${facts.join(", ")}) for ${answer.method} ${answer.url}`;
}

async function bodyText(response: Response): Promise<string> {
  try {
    return await readText(response, BODY_LIMIT_BYTES);
  } catch {
    // The status is the news; a body that cannot be read adds nothing.
    return "";
  }
}

function described(text: string, response: Response): Partial<ServiceAnswer> {
  const body = parsedObject(text);
  const string = (key: string) => {
    const value = body[key];
    return typeof value === "string" && value !== ""
      ? printable(value)
      : undefined;
  };
  const requestId = response.headers.get("x-aws-request-id") ??
    response.headers.get("x-amzn-requestid") ?? undefined;
  return {
    code: string("code"),
    title: string("title") ?? string("message") ?? string("detail") ??
      plainTitle(text, response),
    details: string("stacktrace") ?? string("detail"),
    ...(requestId !== undefined && { requestId: printable(requestId) }),
  };
}

function parsedObject(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) ? value : {};
  } catch {
    return {};
  }
}

function plainTitle(text: string, response: Response): string {
  const isHtml = /^\s*</.test(text);
  const line = isHtml ? "" : text.trim().split("\n", 1)[0] ?? "";
  return printable(line.slice(0, SHOWN_CHARACTERS)) ||
    response.statusText || REASONS[response.status] ||
    "the service gave no reason";
}
