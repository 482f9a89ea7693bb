/** Amounts arrive as decimal strings, exact; they are shown as they are, grouped and shortened. */

const typographicMinus = "\u2212";

/** Dollars with thousands separated and two places: `12,345.67`. Cut, never rounded up. */
export function dollars(amount: string): string {
  return decimal(amount, 2, 2);
}

/** A quantity with its significant places, at least one digit: `0.015`. */
export function quantity(amount: string): string {
  return decimal(amount, 0, 8);
}

/** A price: at least two places, at most four. */
export function price(amount: string): string {
  return decimal(amount, 2, 4);
}

/** A decimal string with between `least` and `most` places, the integer part in groups of three. */
export function decimal(amount: string, least: number, most: number): string {
  const match = /^(-?)(\d+)(?:\.(\d+))?$/.exec(amount);
  if (match === null) return amount;
  const places = (match[3] ?? "").slice(0, most).replace(/0+$/, "").padEnd(least, "0");
  const whole = (match[2] ?? "0").replace(/\B(?=(\d{3})+$)/g, ",");
  const text = places === "" ? whole : `${whole}.${places}`;
  const isZero = !/[1-9]/.test(text);
  return match[1] === "-" && !isZero ? typographicMinus + text : text;
}

/** Whether a decimal string is under nought. */
export function isNegative(amount: string): boolean {
  return amount.startsWith("-") && /[1-9]/.test(amount);
}

/** A share of a whole as per cent from 0 to 100, for the length of a bar only. */
export function share(part: string, whole: string): number {
  const [of, all] = [Number(part), Number(whole)];
  if (!(all > 0) || !Number.isFinite(of)) return 0;
  return Math.min(100, Math.max(0, (100 * of) / all));
}

/** The time of day in UTC, as the journal and the venue tell it: `14:03:27`. */
export function clock(time: string | number): string {
  const date = new Date(time);
  return Number.isNaN(date.getTime()) ? String(time) : date.toISOString().slice(11, 19);
}

/** Milliseconds as seconds with tenths: `0.4 s`; minutes from two minutes on. */
export function age(milliseconds: number): string {
  const tenths = Math.max(0, Math.floor(milliseconds / 100));
  if (tenths < 1200) return `${Math.floor(tenths / 10)}.${tenths % 10} s`;
  return `${Math.floor(tenths / 600)} min ${Math.floor((tenths % 600) / 10)} s`;
}

/** A code of the contract as words: `truth_low` is `truth low`. */
export function words(code: string): string {
  return code.replace(/_/g, " ");
}

/** The end of an order's id, which tells this desk's orders apart: `…42`. A title has it whole. */
export function tail(id: string): string {
  return id.replace(/^.*-0*(?=\d)/, "…");
}

/** An identifier without its leading noughts, for narrow columns: `ord-a1-42`. */
export function short(id: string): string {
  return id.replace(/-0+(?=\d)/, "-");
}
