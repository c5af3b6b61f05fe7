/** The levels of messages, from most to least talkative. */
export const LOG_LEVELS = [
  "DEBUG",
  "INFO",
  "WARNING",
  "ERROR",
  "CRITICAL",
] as const;

/** One of {@linkcode LOG_LEVELS}. */
export type LogLevel = typeof LOG_LEVELS[number];

/** Where messages for people go. They never hold secrets. */
export type Log = (level: LogLevel, message: string) => void;

/** A log that drops everything, the default of the library. */
export const silentLog: Log = () => {};
