import { UsageError } from "../base/mod.ts";

/** Flags that a command cannot do without were not given. */
export class MissingOptionError extends UsageError {
  /** Names them, without dashes. */
  constructor(readonly names: readonly string[]) {
    super(`${names.map((name) => `--${name}`).join(", ")} must be given`);
  }
}
