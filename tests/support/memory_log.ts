import type { Log, LogLevel } from "../../src/base/mod.ts";

/** A log that keeps everything, for tests to look at. */
export interface MemoryLog {
  /** The log to hand over. */
  log: Log;
  /** What was logged, in order. */
  entries: { level: LogLevel; message: string }[];
  /** The messages of one level, or of all, in order. */
  messages(level?: LogLevel): string[];
}

/** Makes an empty {@linkcode MemoryLog}. */
export function createMemoryLog(): MemoryLog {
  const entries: MemoryLog["entries"] = [];
  return {
    log: (level, message) => void entries.push({ level, message }),
    entries,
    messages: (level) =>
      entries.filter((entry) => level === undefined || entry.level === level)
        .map((entry) => entry.message),
  };
}
