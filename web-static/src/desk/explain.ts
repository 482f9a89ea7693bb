import type { Check } from "../contract/decision";
import { decimal, words } from "../format";

/** What a yes-or-no check found, when it failed. */
const flags: Record<string, string> = {
  breaker_halted: "the breaker was HALTED",
  not_armed: "the desk was not armed",
  symbol_not_whitelisted: "the policy does not list this symbol",
  time_invalid: "the signal's time is missing or cannot be read",
  duplicate_signal: "this signal has been decided before",
};

/** What a failed check of values says before its numbers. */
const subjects: Record<string, string> = {
  size_invalid: "the size is missing, not a number or not above nought",
  price_invalid: "the price is missing, not a number or not above nought",
  signal_stale: "the signal was too old",
  market_stale: "the market's price was too old or unknown",
  price_collar: "the limit price is too far from the market, or there was no market",
  truth_low: "the truth score was too low for new risk",
  confidence_low: "the phase's own confidence is too low or missing",
  order_notional: "the order is worth too much",
  position_notional: "the position could become worth too much",
  leverage: "the account's leverage could become too high",
  daily_loss: "the day's loss budget is used up",
  open_orders: "too many orders work in this symbol already",
  reduce_only: "only what reduces passed, and this order could enlarge the position",
};

/** What each check looks at, named so that "passed" and "failed" read well beside it. */
const titles: Record<string, string> = {
  breaker_halted: "Breaker not halted",
  not_armed: "Desk armed",
  symbol_not_whitelisted: "Symbol in the policy",
  size_invalid: "Size above nought",
  price_invalid: "Price above nought",
  time_invalid: "Time readable",
  signal_stale: "Age of the signal",
  duplicate_signal: "Signal is new",
  market_stale: "Age of the market's price",
  price_collar: "Distance from the market",
  truth_low: "Truth score",
  confidence_low: "Confidence",
  order_notional: "Worth of the order",
  position_notional: "Worth of the position",
  leverage: "Leverage",
  daily_loss: "Loss of the day",
  open_orders: "Working orders",
  reduce_only: "Room to reduce, where it must",
};

export function title(code: string): string {
  return titles[code] ?? words(code);
}

/** Whether a check's value and limit say yes or no, whatever its margin counts. */
export function isFlag({ unit }: Check): boolean {
  return unit === "flag";
}

/** The range's ends stand for a number that was not known. */
const unknown = /^-?92233720368\.5477580[78]$/;

/** A check's number with its unit: `10,000.00 USD`, `yes`, `unknown`. */
export function amount(value: string, unit: Check["unit"]): string {
  if (unknown.test(value)) return "unknown";
  switch (unit) {
    case "flag":
      return /[1-9]/.test(value) ? "yes" : "no";
    case "count":
      return decimal(value, 0, 0);
    case "USD":
      return `${decimal(value, 2, 4)} USD`;
    default:
      return `${decimal(value, 0, 8)} ${unit}`;
  }
}

/** Why a check failed, as a sentence without its full stop. */
export function failure(check: Check): string {
  const flag = flags[check.code];
  if (flag !== undefined) return flag;
  const subject = subjects[check.code] ?? words(check.code);
  if (isFlag(check)) return subject;
  const value = amount(check.value, check.unit);
  return `${subject}: ${value}, limit ${amount(check.limit, check.unit)}`;
}

/** The same when the numbers are no longer known. */
export function failureOf(code: string): string {
  return flags[code] ?? subjects[code] ?? words(code);
}
