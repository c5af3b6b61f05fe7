import type { Json } from "../../src/base/mod.ts";
import { Context } from "../../src/commands/context.ts";
import {
  type OutputSettings,
  printPages,
  printResponse,
} from "../../src/commands/output/mod.ts";
import type { Page } from "../../src/http/mod.ts";
import type { TestEnvironment } from "../support/test_environment.ts";

/** Settings of a line without options, changed by `settings`. */
export function outputAs(
  settings: Partial<OutputSettings> = {},
): OutputSettings {
  return {
    format: "json",
    isFormatGiven: settings.format !== undefined,
    query: undefined,
    file: undefined,
    ...settings,
  };
}

/** A run of the program in `hca`. */
export function contextOf(hca: TestEnvironment): Context {
  return new Context(hca.environment, {
    logLevel: "INFO",
    logFormat: "text",
    swaggerUrl: undefined,
  });
}

/** An answer; without `type` it states none. */
export function answer(body: BodyInit | null, type?: string): Response {
  const response = new Response(body);
  response.headers.delete("content-type");
  if (type !== undefined) response.headers.set("content-type", type);
  return response;
}

/** An answer of JSON. */
export function json(value: unknown): Response {
  return answer(JSON.stringify(value), "application/json");
}

/** A page with `body`, its items at `results`. */
export function pageOf(body: { results: Json[] } & Record<string, Json>): Page {
  return {
    body,
    items: body.results,
    contentKey: "results",
    response: new Response(),
  };
}

/** Pages that are there already. */
export async function* pagesOf(...pages: Page[]): AsyncGenerator<Page> {
  for (const page of pages) yield await Promise.resolve(page);
}

/** What is written to standard output for an answer. */
export async function printed(
  hca: TestEnvironment,
  response: Response,
  settings: Partial<OutputSettings> = {},
  method = "GET",
): Promise<string> {
  hca.terminal.clear();
  using context = contextOf(hca);
  await printResponse(response, method, context, outputAs(settings));
  return outText(hca);
}

/** What is written to standard output for pages. */
export async function printedPages(
  hca: TestEnvironment,
  pages: AsyncIterable<Page>,
  settings: Partial<OutputSettings> = {},
): Promise<string> {
  hca.terminal.clear();
  using context = contextOf(hca);
  await printPages(pages, context, outputAs(settings));
  return outText(hca);
}

/** All that went to standard output. */
export function outText({ terminal }: TestEnvironment): string {
  const decoder = new TextDecoder();
  return terminal.outChunks.map((chunk) => decoder.decode(chunk)).join("");
}
