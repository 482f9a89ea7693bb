import type { BreakerState } from "./desk";

export type Role = "observer" | "operator" | "risk_owner" | "admin";

/** What a login answers, and what the tab keeps until it is closed. */
export interface Session {
  expires_at: string;
  operator_id: string;
  roles: Role[];
  token: string;
  token_type: string;
}

export type Action = "HALT" | "RESUME" | "FLATTEN";

export interface Receipt {
  action: Action;
  actor: string;
  breaker: BreakerState;
  cancelled: string[];
  code: string;
  gate_closed: boolean;
  gate_closed_us: number;
  halt_epoch: number;
  id: string;
  key: string;
  reason: string;
  sent_before: string[];
  sequence: number;
  status: "ACCEPTED" | "VERIFIED" | "REJECTED";
  time: string;
}

/** RFC 9457, with what Titan adds to it. */
export interface Problem {
  code: string;
  detail: string;
  status: number;
  field?: string;
  receipt?: Receipt;
  gate_closed?: boolean;
  halt_epoch?: number;
}
