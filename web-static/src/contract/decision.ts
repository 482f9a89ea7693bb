import type { Decimal, Side } from "./desk";

export interface Check {
  code: string;
  limit: Decimal;
  margin: Decimal;
  passed: boolean;
  unit: "flag" | "base" | "USD" | "ms" | "bps" | "points" | "x" | "count";
  value: Decimal;
}

export interface Decision {
  binary_digest: string;
  /** Empty when the policy has changed since; `codes` still tells what failed. */
  checks: Check[];
  codes: string[];
  id: string;
  intent_id: string | null;
  notional: Decimal;
  origin: "signal" | "flatten";
  phase: number;
  policy_hash: string;
  price: Decimal;
  quantity: Decimal;
  reduce_only: boolean;
  sequence: number;
  side: Side;
  signal_id: string;
  symbol: string;
  time: string;
  trace_id: string;
  verdict: "approved" | "denied";
}

export interface DecisionPage {
  decisions: Decision[];
  next: string | null;
}
