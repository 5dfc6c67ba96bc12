/** Numbers, times and sizes as words for people; knows nothing of what they measure. */

/** Bytes in decimal units: 1.3 MB. */
export function bytes(n: number): string {
  if (!Number.isFinite(n)) return 'unknown';
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let unit = 0;
  let value = n;
  while (value >= 999.5 && unit < units.length - 1) { value /= 1000; unit++; }
  return unit === 0 ? `${Math.round(value)} B` : `${Number(value.toPrecision(3))} ${units[unit]}`;
}

/** A count with thousands separators; large ones as 1.1 M when `short`. */
export function count(n: number, short = false): string {
  if (!Number.isFinite(n)) return '–';
  if (short && Math.abs(n) >= 999_500) return `${Number((n / 1e6).toPrecision(3))} M`;
  if (short && Math.abs(n) >= 9_950) return `${Number((n / 1e3).toPrecision(3))} k`;
  return Math.round(n).toLocaleString('en-US');
}

/** Up to three significant places for values under 1000, a dash for what is no number. */
export function value(n: number | undefined | null): string {
  if (n === undefined || n === null || !Number.isFinite(n)) return '–';
  const size = Math.abs(n);
  if (size === 0) return '0';
  if (size >= 1000) return count(n, true);
  if (size < 0.001) return n.toExponential(1);
  if (Number.isInteger(n)) return String(n);
  return size < 1 ? n.toFixed(3) : String(Number(n.toPrecision(3)));
}

/** Seconds as 42 s, 3 min, 1 h 20 min. */
export function duration(seconds: number): string {
  if (!Number.isFinite(seconds)) return '–';
  if (seconds < 99.5) return `${Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const rest = minutes % 60;
  return rest === 0 ? `${Math.floor(minutes / 60)} h` : `${Math.floor(minutes / 60)} h ${rest} min`;
}

/** A range of durations; one value when both ends read the same. */
export function durationRange([low, high]: [number, number]): string {
  const a = duration(low);
  const b = duration(high);
  if (a === b) return `about ${a}`;
  const [, unitA] = a.split(' ');
  const [, unitB] = b.split(' ');
  return unitA === unitB && a.split(' ').length === 2 && b.split(' ').length === 2 ? `${a.split(' ')[0]} to ${b}` : `${a} to ${b}`;
}

/** How long ago, in words. `now` and `then` in ms. */
export function ago(then: number, now: number): string {
  const seconds = Math.max(0, (now - then) / 1000);
  if (seconds < 10) return 'just now';
  if (seconds < 86_400) return `${duration(seconds)} ago`;
  const days = Math.round(seconds / 86_400);
  return days === 1 ? 'yesterday' : `${days} days ago`;
}

/** Seconds count where work could be lost: 12 s ago, then as any other age. */
export function savedAgo(then: number, now: number): string {
  const past = Math.max(0, Math.round((now - then) / 1000));
  return past < 2 ? 'just now' : `${duration(past)} ago`;
}

/** 1 file, 2 files. */
export function plural(n: number, one: string, many = `${one}s`): string {
  return `${count(n)} ${n === 1 ? one : many}`;
}

/** Signed value: the sign is always written, so that it never rests on colour alone. */
export function signed(n: number): string {
  if (!Number.isFinite(n)) return '–';
  return `${n > 0 ? '+' : n < 0 ? '−' : ''}${value(Math.abs(n))}`;
}

/** Control characters as their pictures and direction overrides as marks: what a model writes must not rearrange what is read. */
export function visible(text: string): string {
  return text
    .replace(/[\u0000-\u0008\u000b-\u001f]/g, c => String.fromCharCode(0x2400 + c.charCodeAt(0)))
    .replace(/\u007f/g, '\u2421')
    .replace(/[\u0080-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '\ufffd');
}
