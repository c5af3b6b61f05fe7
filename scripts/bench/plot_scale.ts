/** One axis: where a value stands on it, and what is written beside it. */
export interface Scale {
  /** 0 at the beginning of the axis, 1 at its end. */
  place(value: number): number;
  /** The value at a place, the other way round. */
  valueAt(place: number): number;
  /** The marks, ascending. */
  ticks: number[];
}

const MOST_TICKS = 6;

/** An axis from 0 to the first round number that is not below `most`. */
export function linearScale(most: number): Scale {
  const top = most > 0 ? most : 1;
  const power = 10 ** Math.floor(Math.log10(top));
  const step = [0.1, 0.2, 0.25, 0.5, 1, 2]
    .map((factor) => factor * power)
    .find((step) => Math.ceil(top / step) < MOST_TICKS) ?? power;
  const count = Math.ceil(top / step - 1e-9);
  const end = count * step;
  return {
    place: (value) => value / end,
    valueAt: (place) => place * end,
    ticks: Array.from(
      { length: count + 1 },
      (_, index) => Number((index * step).toPrecision(12)),
    ),
  };
}

/** An axis of whole decades around positive values. */
export function logarithmicScale(least: number, most: number): Scale {
  const from = Math.floor(Math.log10(least) + 1e-9);
  const to = Math.max(from + 1, Math.ceil(Math.log10(most) - 1e-9));
  return {
    place: (value) => (Math.log10(value) - from) / (to - from),
    valueAt: (place) => 10 ** (from + place * (to - from)),
    ticks: Array.from(
      { length: to - from + 1 },
      (_, index) => Number((10 ** (from + index)).toPrecision(12)),
    ),
  };
}

/** A mark's text: `0.1`, `250`, `10k`, `1M`. */
export function formatTick(value: number): string {
  if (value >= 1e6) return `${value / 1e6}M`;
  if (value >= 1e3) return `${value / 1e3}k`;
  return String(value);
}
