import { quote, UsageError } from "../../base/mod.ts";

const POWERS = ["", "k", "m", "g", "t"];

/**
 * A rate in bytes per second, as curl(1) takes it for `--limit-rate`: a
 * number with K, M, G or T for powers of 1024, which may also be written KiB,
 * MiB, GiB or TiB.
 *
 * @param option the name of the option, for the error
 * @throws {UsageError} when it is not a rate of at least one byte a second
 */
export function parseRate(text: string, option: string): number {
  const [, number, unit = ""] =
    /^(\d+(?:\.\d+)?)(?:([kmgt])(?:ib)?)?$/i.exec(text) ?? [];
  const rate = Number(number) * 1024 ** POWERS.indexOf(unit.toLowerCase());
  if (rate >= 1 && Number.isSafeInteger(Math.round(rate))) {
    return Math.round(rate);
  }
  throw new UsageError(
    `--${option} takes bytes per second such as 500K, 10M or 1.5MiB, not ` +
      quote(text),
  );
}
