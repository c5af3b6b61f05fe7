import type { Runtime } from "../base/mod.ts";
import type { HttpClient } from "../http/mod.ts";
import type { TransferStore } from "../store/mod.ts";

/** What a transfer works with. */
export interface TransferTools {
  /** Carries out requests. */
  http: Pick<HttpClient, "onThrottled" | "open">;
  /**
   * Opens the store that contents go to, which the transfer closes. `work`
   * says how much there is to do, so that a store may get help for it.
   */
  openStore: (
    work: { contents: number; sizeBytes: number },
  ) => Promise<TransferStore>;
  /** The machine. */
  runtime: Pick<Runtime, "clock" | "log" | "random">;
}
