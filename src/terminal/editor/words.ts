import { nextBoundary, previousBoundary } from "./clusters.ts";

/** Letters and digits make words, as in Emacs and bash. */
export function isWordStart(text: string, offset: number): boolean {
  return /^[\p{L}\p{N}]/u.test(text.slice(offset, offset + 2));
}

/** Anything but blanks makes words, as terminals have it for Ctrl-W. */
export function isNotBlank(text: string, offset: number): boolean {
  return /^\S/.test(text.slice(offset, offset + 1));
}

type Test = (text: string, offset: number) => boolean;

/** The end of the word that an offset is in or before. */
export function wordEnd(text: string, offset: number): number {
  const skip = (from: number, isIn: boolean): number => {
    let at = from;
    while (at < text.length && isWordStart(text, at) === isIn) {
      at = nextBoundary(text, at);
    }
    return at;
  };
  return skip(skip(offset, false), true);
}

/** The beginning of the word that an offset is in or behind. */
export function wordBegin(
  text: string,
  offset: number,
  isWord: Test = isWordStart,
): number {
  const skip = (from: number, isIn: boolean): number => {
    let at = from;
    while (at > 0) {
      const before = previousBoundary(text, at);
      if (isWord(text, before) !== isIn) break;
      at = before;
    }
    return at;
  };
  return skip(skip(offset, false), true);
}
