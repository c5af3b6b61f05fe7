/** One piece of an argument line, in order. */
export type ArgumentToken =
  | {
    kind: "option";
    name: string;
    value: string | undefined;
    /** Whether the value was written as `--name=value`. */
    isInline: boolean;
  }
  | { kind: "positional"; value: string }
  | { kind: "terminator" };
