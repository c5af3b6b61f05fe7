import type { MadeRequest } from "./_make_request.ts";
import type { ReadAnswer } from "./_check_answer.ts";
import { breaches, type Definitions } from "./_fits_schema.ts";

/** Asks the service once more. */
export type Ask = (
  url: string,
  init: RequestInit,
) => Promise<ReadAnswer>;

/** What is wrong with the addresses that an answer leads to. */
export async function followAnswer(
  made: MadeRequest,
  answer: ReadAnswer,
  ask: Ask,
  headers: Record<string, string>,
  definitions: Definitions,
): Promise<string[]> {
  if (made.method === "HEAD") return [];
  if (answer.status === 206) {
    return await followPage(made, answer, ask, headers, definitions);
  }
  if (answer.status === 302) return await followContent(answer, ask);
  if (made.found.path === "/events" && answer.status === 200) {
    return await followJournals(answer, ask);
  }
  return [];
}

async function followPage(
  { method, body, found }: MadeRequest,
  answer: ReadAnswer,
  ask: Ask,
  headers: Record<string, string>,
  definitions: Definitions,
): Promise<string[]> {
  const [, url] = /^<([^<>]+)>; rel=['"]next['"]$/
    .exec(answer.headers.get("link") ?? "") ?? [];
  if (url === undefined) return ["206 without a next page"];
  const next = await ask(url, { method, headers, ...(body && { body }) });
  if (next.status !== 200 && next.status !== 206) {
    return [`${next.status} for the next page: ${next.text}`];
  }
  const schema = found.operation.responses[next.status]?.schema ?? {};
  const key = answer.headers.get("x-openapi-paginated-content-key") ?? "";
  const [first, second] = [answer, next].map(({ text }) => listAt(text, key));
  const seen = new Set(first);
  return [
    ...breaches(JSON.parse(next.text), schema, { definitions, formats: true }),
    ...(first?.length === 0 ? ["an empty page before another"] : []),
    ...(second?.some((item) => seen.has(item))
      ? ["a page repeats what was on the one before"]
      : []),
  ];
}

function listAt(text: string, key: string): string[] {
  let value = JSON.parse(text);
  for (const part of key.split(".")) value = value[part];
  return value.map((item: { stream_url?: string }) => {
    // Signed anew each time.
    const { stream_url: _, ...rest } = item;
    return JSON.stringify(rest);
  });
}

async function followContent(
  { headers }: ReadAnswer,
  ask: Ask,
): Promise<string[]> {
  const url = headers.get("location") ?? "";
  if (!URL.canParse(url)) return [`location ${url}`];
  const content = await ask(url, { method: "HEAD" });
  return content.status === 200 &&
      content.headers.get("content-length") === headers.get("x-dss-size")
    ? []
    : [`${content.status} for the content`];
}

async function followJournals(
  { text }: ReadAnswer,
  ask: Ask,
): Promise<string[]> {
  const problems: string[] = [];
  for (const { stream_url: url, size } of JSON.parse(text).event_streams) {
    const journal = await ask(url, { method: "GET" });
    const bytes = new TextEncoder().encode(journal.text).length;
    if (journal.status !== 200 || bytes !== size) {
      problems.push(`${journal.status} for a journal, ${bytes} bytes`);
    }
  }
  return problems;
}
