/** The desk's parts as `openapi/titan.yaml` names them. A `Decimal` is exact text, no number. */
export type Decimal = string;
export type BreakerState = "NORMAL" | "DEFENSIVE" | "HALTED";
export type Mode = "paper" | "live-limited" | "live-full";
export type Side = "BUY" | "SELL";

export interface Breaker {
  actor: string;
  code: string;
  halt_epoch: number;
  reason: string;
  since: string;
  state: BreakerState;
}

export interface Obstacle {
  code: string;
  message: string;
}

export interface Health {
  armed: boolean;
  may_open: boolean;
  obstacles: Obstacle[];
  ready: boolean;
}

export interface TruthComponent {
  name: string;
  value: number;
  weight: number;
}

export interface Discrepancy {
  component: string;
  id: string;
  kind: string;
  ours: Decimal;
  severity: number;
  symbol: string;
  venue: Decimal;
}

export interface Truth {
  components: TruthComponent[];
  holding_down: Discrepancy[];
  reconciled: boolean;
  reconciled_at: string | null;
  score: number;
}

export interface Budget {
  left: Decimal;
  limit: Decimal;
  used: Decimal;
}

export interface LeverageBudget {
  exposure: Decimal;
  left: Decimal;
  limit: Decimal;
  used: Decimal | null;
}

export interface PhaseCount {
  approved: number;
  denied: number;
  phase: number;
}

export interface Budgets {
  cash: Decimal;
  daily_loss: Budget;
  day: string;
  equity: Decimal;
  equity_high: Decimal;
  leverage: LeverageBudget;
  phases: PhaseCount[];
}

export interface Position {
  entry_price: Decimal;
  mark: Decimal;
  market_time: string | null;
  notional: Decimal;
  quantity: Decimal;
  symbol: string;
  unrealised: Decimal;
}

export interface Order {
  created: string;
  filled: Decimal;
  id: string;
  open: Decimal;
  phase: number;
  price: Decimal;
  quantity: Decimal;
  reduce_only: boolean;
  side: Side;
  signal_id: string;
  state: "pending" | "sent" | "unknown" | "accepted";
  symbol: string;
  withdrawn: boolean;
}

export interface Hashes {
  binary: string;
  journal_root: string | null;
  policy: string;
  state: { digest: string; sequence: number };
}

/** What `GET /api/v1/state` tells. The topics tell most of it again, and sooner. */
export interface State {
  armed: boolean;
  backends: { bus: string; journal: string };
  breaker: Breaker;
  budgets: Budgets;
  flattening: boolean;
  hashes: Hashes;
  mode: Mode;
  obstacles: Obstacle[];
  orders: Order[];
  positions: Position[];
  sequence: number;
  time: string;
  truth: Truth;
  version: number;
}
