/** Numbers, times and names as a person reads them. Times are UTC, as in the logs. */

const NUMBER = new Intl.NumberFormat('en-US');
const COMPACT = new Intl.NumberFormat('en-US', { notation: 'compact' });
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

export const count = (value: number): string => NUMBER.format(value);

/** "120K" from a hundred thousand on, for narrow places. */
export const shortCount = (value: number): string => (value < 1e5 ? NUMBER : COMPACT).format(value);

export const counted = (value: number, one: string, many = `${one}s`): string =>
  `${count(value)} ${value === 1 ? one : many}`;

const two = (value: number): string => String(value).padStart(2, '0');

/** Seconds since 1970 of an RFC 3339 time; NaN of anything else. */
export const seconds = (time: string | null): number => Date.parse(time ?? '') / 1000;

export function day(at: number): string {
  const date = new Date(at * 1000);
  return `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]} ${date.getUTCFullYear()}`;
}

export function clock(at: number, withSeconds = false): string {
  const date = new Date(at * 1000);
  const minutes = `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}`;
  return withSeconds ? `${minutes}:${two(date.getUTCSeconds())}` : minutes;
}

/** "14 Mar 2026, 09:26 UTC"; what is no time is shown as it stands, so much of it as a time has. */
export function moment(time: string | null): string {
  const at = seconds(time);
  return Number.isNaN(at) ? visible((time ?? '–').slice(0, 30)) : `${day(at)}, ${clock(at)} UTC`;
}

/** "14 Mar 2026, 09:26–11:02 UTC", with both days where they differ. */
export function span(first: string | null, last: string | null): string {
  const from = seconds(first);
  const to = seconds(last);
  if (Number.isNaN(from) || Number.isNaN(to)) return moment(first);
  if (day(from) !== day(to)) return `${day(from)}, ${clock(from)} – ${day(to)}, ${clock(to)} UTC`;
  if (clock(from) === clock(to)) return `${day(from)}, ${clock(from)} UTC`;
  return `${day(from)}, ${clock(from)}–${clock(to)} UTC`;
}

/** "1 h 36 min", the two largest units. */
export function duration(first: string | null, last: string | null): string {
  const total = Math.round(seconds(last) - seconds(first));
  if (Number.isNaN(total) || total <= 0) return 'a moment';
  const units: [string, number][] = [['d', 86400], ['h', 3600], ['min', 60], ['s', 1]];
  const from = units.findIndex(([, size]) => total >= size);
  let rest = total;
  const parts: string[] = [];
  for (const [name, size] of units.slice(from, from + 2)) {
    const whole = Math.floor(rest / size);
    rest -= whole * size;
    if (whole > 0) parts.push(`${whole} ${name}`);
  }
  return parts.join(' ');
}

/** "user/alice" or "Role/session" of an ARN: what follows the account. Other names stay. */
export function shortName(name: string): string {
  const resource = /^arn:[^:]*:[^:]*:[^:]*:[^:]*:(?:assumed-role\/)?([^]+)$/.exec(name)?.[1];
  // A user's or role's path ("role/aws-reserved/sso.amazonaws.com/Name") says nothing here.
  return resource?.replace(/^(user|role)\/[^]*\/([^/]+)$/, '$1/$2') ?? name;
}

/** The account of an ARN, or an empty text. */
export const accountOf = (name: string): string => /^arn:[^:]*:[^:]*:[^:]*:(\d{12}):/.exec(name)?.[1] ?? '';

/** "iam" of "iam.amazonaws.com". */
export const shortService = (source: string): string => source.replace(/\.amazonaws\.com$/, '');

// Controls, directional overrides and zero-width characters: they would hide or reorder what stands
// beside them, which is why an attacker writes them into a name.
const INVISIBLE =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]|\p{Surrogate}/gu;

/** The text with its invisible characters spelled out: "invoice⟨U+202E⟩fdp.exe". */
export const visible = (text: string): string =>
  text.replace(INVISIBLE, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return `⟨U+${code.toString(16).toUpperCase().padStart(4, '0')}⟩`;
  });
