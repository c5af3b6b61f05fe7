import { apiDocument } from "../../../src/server/document/mod.ts";
import { type Found, operationsOf } from "../document/client_view.ts";
import { checkAnswer, type ReadAnswer } from "./_check_answer.ts";
import { Draw } from "./_draw.ts";
import { followAnswer } from "./_follow_answer.ts";
import { type MadeRequest, makeRequest, targetOf } from "./_make_request.ts";
import { PropertyWorld } from "./_property_world.ts";

const ORIGIN = "http://dss.test";
// Things are deleted and fill up, so there is a new store now and then.
const REQUESTS_PER_STORE = 1000;

/** The document that requests are made from and answers held against. */
export const DOCUMENT = apiDocument({
  host: "dss.test",
  scheme: "http",
  version: "1.2.3",
});

/** Something that is not as the document says. */
export interface Finding {
  /** Which request, counted from 0. */
  index: number;
  operation: string;
  /** The request as a person can repeat it, without the token. */
  request: string;
  problems: string[];
}

/** What came of many requests. */
export interface RunReport {
  /** Answers by operation and status. */
  counts: Map<string, Map<number, number>>;
  findings: Finding[];
}

/** Sends requests that a seed decides to new stores, and checks answers. */
export async function runRequests(
  { count, seed }: { count: number; seed: number },
): Promise<RunReport> {
  const report: RunReport = { counts: new Map(), findings: [] };
  const operations = operationsOf(DOCUMENT);
  for (let first = 0; first < count; first += REQUESTS_PER_STORE) {
    await using world = await PropertyWorld.open();
    const draw = new Draw(seed + first);
    const end = Math.min(count, first + REQUESTS_PER_STORE);
    for (let index = first; index < end; index++) {
      const found = operations[index % operations.length];
      if (found === undefined) break;
      await runOne({ world, draw, found, index, report });
    }
  }
  return report;
}

interface One {
  world: PropertyWorld;
  draw: Draw;
  found: Found;
  index: number;
  report: RunReport;
}

async function runOne(one: One): Promise<void> {
  const { world, draw, found, index, report } = one;
  const { known, callers } = world;
  const { definitions } = DOCUMENT;
  const made = makeRequest(found, { draw, known, definitions });
  const headers = headersOf(made, callers[made.caller]);
  const ask = async (url: string, init: RequestInit): Promise<ReadAnswer> => {
    const answer = await world.dss.handler(new Request(url, init));
    const { status, headers } = answer;
    return { status, headers, text: await answer.text() };
  };
  const url = `${ORIGIN}${targetOf(made)}`;
  const { method, body } = made;
  const answer = await ask(url, {
    method,
    headers,
    ...(body !== undefined && { body }),
  });
  const problems = [
    ...checkAnswer(DOCUMENT, made, answer),
    ...await followAnswer(made, answer, ask, headers, definitions),
  ];
  const { operationId } = found.operation;
  count(report, operationId, answer.status);
  if (problems.length > 0) {
    const request = `${method} ${targetOf(made)} as ${made.caller}, ` +
      `${made.contentType ?? "no type"}: ${body ?? ""}`;
    const said = `${answer.status} ${answer.text.slice(0, 300)}`;
    report.findings.push({
      index,
      operation: operationId,
      request: request.slice(0, 600),
      problems: [...problems, said],
    });
  }
  remember(world, made, answer);
  // As without a port: what was put off is done after each request.
  await world.dss.runDueTasks(AbortSignal.timeout(60_000));
}

function headersOf(
  { contentType }: MadeRequest,
  authorization: string | undefined,
): Record<string, string> {
  return {
    ...(authorization !== undefined && { authorization }),
    ...(contentType !== undefined && { "content-type": contentType }),
  };
}

function count({ counts }: RunReport, operation: string, status: number): void {
  const own = counts.get(operation) ?? new Map<number, number>();
  own.set(status, (own.get(status) ?? 0) + 1);
  counts.set(operation, own);
}

/** Notes what a request has made, so that later ones can ask for it. */
function remember(
  { known }: PropertyWorld,
  { found, path, method }: MadeRequest,
  { status, text }: ReadAnswer,
): void {
  if (status < 200 || status > 202 || method === "HEAD") return;
  const uuid = path.get("uuid")?.toLowerCase() ?? "";
  const body = JSON.parse(text);
  switch (found.operation.operationId) {
    case "put_file":
      if (status === 201) known.files.push({ uuid, version: body.version });
      break;
    case "put_bundle":
      if (status === 201) known.bundles.push({ uuid, version: body.version });
      break;
    case "patch_bundle":
      known.bundles.push({ uuid: body.uuid, version: body.version });
      break;
    case "delete_bundle":
      known.bundles = forget(known.bundles, uuid);
      break;
    case "delete_collection":
      known.collections = forget(known.collections, uuid);
      break;
    case "put_collection":
    case "patch_collection":
      known.collections.push({ uuid: body.uuid, version: body.version });
      break;
    case "put_subscription":
      known.subscriptions.push(body.uuid);
      break;
    case "post_bundles_checkout":
      known.jobs.push(body.checkout_job_id);
  }
}

// The last ones that are deleted stay, so that deleted things are asked for.
function forget<T extends { uuid: string }>(all: T[], uuid: string): T[] {
  return all.at(-1)?.uuid === uuid
    ? all
    : all.filter((item) => item.uuid !== uuid);
}
