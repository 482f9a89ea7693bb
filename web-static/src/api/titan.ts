import type { Decision, DecisionPage } from "../contract/decision";
import type { State } from "../contract/desk";
import type { Receipt, Session } from "../contract/operator";
import { send, type Outcome } from "./request";

/** Milliseconds that a read may take before it counts as unanswered. */
const readPatience = 5_000;
/** A password is stretched on purpose, and others may be waiting for the same worker. */
const loginPatience = 15_000;
/** The server answers a command within five seconds, recorded or not. */
const commandPatience = 8_000;

export function login(operator: string, password: string): Promise<Outcome<Session>> {
  const body = { operator_id: operator, password };
  return send({ method: "POST", path: "/api/v1/auth/login", body, patience: loginPatience });
}

export function fetchState(token: string): Promise<Outcome<State>> {
  return send({ method: "GET", path: "/api/v1/state", token, patience: readPatience });
}

export function fetchDecisions(token: string, limit: number): Promise<Outcome<DecisionPage>> {
  const path = `/api/v1/decisions?limit=${limit}`;
  return send({ method: "GET", path, token, patience: readPatience });
}

export function fetchDecision(token: string, id: string): Promise<Outcome<Decision>> {
  const path = `/api/v1/decisions/${encodeURIComponent(id)}`;
  return send({ method: "GET", path, token, patience: readPatience });
}

export interface Command {
  path: "halt" | "resume" | "flatten";
  reason: string;
  /** RESUME: the epoch that the person saw. */
  epoch?: number;
  /** Names the command, so that trying again is the same command. */
  key: string;
}

export function command(token: string, command: Command): Promise<Outcome<Receipt>> {
  const { path, reason, epoch, key } = command;
  const body = epoch === undefined ? { reason } : { reason, halt_epoch: epoch };
  const address = `/api/v1/operator/${path}`;
  return send({ method: "POST", path: address, token, body, key, patience: commandPatience });
}

/** A new name for a command: 128 random bits in hex. */
export function commandKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
