/** A time for people: `0.4 s`, `2 min 3 s`, `1 h 2 min`, `3 d 4 h`. */
export function formatDuration(durationMs: number): string {
  const seconds = durationMs / 1000;
  // Not 59.96: that would be written `60.0 s`.
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 24 * 60) {
    return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
  }
  const hours = Math.floor(minutes / 60);
  return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

/** A time that counts down: `3:12`, `1:02:03`; `99+ h` from 100 hours on. */
export function formatCountdown(leftMs: number): string {
  const seconds = Math.ceil(leftMs / 1000);
  if (seconds >= 100 * 3600) return "99+ h";
  const two = (value: number) => String(value).padStart(2, "0");
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  const rest = two(seconds % 60);
  return hours === 0
    ? `${minutes}:${rest}`
    : `${hours}:${two(minutes)}:${rest}`;
}
