import type { Decision } from "../contract/decision";
import type {
  Breaker, Budgets, Hashes, Health, Mode, Order, Position, Truth,
} from "../contract/desk";
import type { Places } from "../contract/envelope";
import type { Receipt } from "../contract/operator";

/** How many decisions the list keeps; older ones are asked for by id. */
export const decisionsMaximum = 200;
/** How many receipts the console keeps on the screen. */
export const receiptsMaximum = 20;

/** How the stream is. `lostAt` is when the last data came, in milliseconds since 1970. */
export type Link =
  | { kind: "connecting" }
  | { kind: "live" }
  | { kind: "lost"; lostAt: number };

/** Everything that the page shows. A part is `null` until the server has told it. */
export interface Desk {
  link: Link;
  mode: Mode | null;
  health: Health | null;
  breaker: Breaker | null;
  truth: Truth | null;
  budgets: Budgets | null;
  positions: Position[] | null;
  orders: Order[] | null;
  /** The newest first, without gaps in what was received. */
  decisions: Decision[];
  /** How many decisions have arrived since the page was opened. */
  decisionsSeen: number;
  receipts: Receipt[];
  flattening: boolean;
  hashes: Hashes | null;
  places: Places;
  warning: string | null;
}

export const emptyDesk: Desk = {
  link: { kind: "connecting" },
  mode: null,
  health: null,
  breaker: null,
  truth: null,
  budgets: null,
  positions: null,
  orders: null,
  decisions: [],
  decisionsSeen: 0,
  receipts: [],
  flattening: false,
  hashes: null,
  places: {},
  warning: null,
};
