import {
  type PlannedContent,
  planOf,
  planTransfer,
  runTransfer,
  type TransferEvent,
  type TransferOptions,
  type TransferPlan,
  type WantedFile,
} from "../../src/transfer/mod.ts";
import type { ContentServer, Fault } from "../support/content_server.ts";
import {
  type createTransferCase,
  patternBytes,
  plannedContent,
} from "./_transfer_case.ts";

type TransferCase = ReturnType<typeof createTransferCase>;

/** Contents 0, 1, 2 … of 100 bytes, each served at `/<number>`. */
export function serve(
  server: ContentServer,
  count: number,
  faultOf: (at: number) => Fault = () => ({}),
): PlannedContent[] {
  return Array.from({ length: count }, (_, at) => {
    const bytes = patternBytes(100, at + 1);
    const url = server.put(`/${at}`, bytes, { always: faultOf(at) });
    return plannedContent(bytes, url, { name: `f${at}` });
  });
}

/** The contents of {@linkcode serve} without a server. */
export function known(count: number, sizeBytes = 100): PlannedContent[] {
  return Array.from({ length: count }, (_, at) => {
    const bytes = patternBytes(sizeBytes, at + 1);
    return plannedContent(bytes, "", {
      name: `f${at}`,
      source: { kind: "bytes", bytes },
    });
  });
}

/** All events of a run. */
export function run(
  { tools }: TransferCase,
  contents: readonly PlannedContent[] | TransferPlan,
  options?: TransferOptions,
): Promise<TransferEvent[]> {
  const plan = "survey" in contents ? contents : planOf(contents);
  return Array.fromAsync(runTransfer(plan, tools, options));
}

/** The plan of files that somebody wants. */
export function planOfFiles(wanted: Iterable<WantedFile>): TransferPlan {
  return planOf(planTransfer(wanted));
}

/** The last event of a run that came to its end. */
export function finishOf(
  events: readonly TransferEvent[],
): Extract<TransferEvent, { type: "finished" }> {
  const last = events.at(-1);
  if (last?.type === "finished") return last;
  throw new Error(`it ended with ${last?.type}`);
}
