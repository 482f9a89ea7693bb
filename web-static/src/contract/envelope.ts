import type { Decision } from "./decision";
import type { Breaker, Budgets, Health, Mode, Order, Position, Truth } from "./desk";
import type { Receipt } from "./operator";

/** What each topic of `/ws/v1/stream` that the console reads carries. */
export interface Payloads {
  truth: Truth;
  breaker: Breaker;
  budgets: Budgets;
  positions: Position[];
  orders: Order[];
  health: Health;
  decisions: Decision;
  operator: Receipt;
}

export type Topic = keyof Payloads;
export type EventTopic = "decisions" | "operator";
export type StateTopic = Exclude<Topic, EventTopic>;

export const topics: readonly Topic[] = [
  "health", "breaker", "truth", "budgets", "positions", "orders", "operator", "decisions",
];

/** A place in a topic: what the client has seen. A sequence counts within its epoch. */
export interface Place {
  epoch: number;
  seq: number;
}

export type Places = Partial<Record<Topic, Place>>;

export type ClientFrame = { op: "subscribe"; topic: Topic; after?: Place };

interface FrameOf<Name extends Topic, Data> extends Place {
  topic: Name;
  kind: "snapshot" | "delta" | "not_recovered";
  time: string;
  mode: Mode;
  /** `null` with `not_recovered`. */
  data: Data | null;
  /** SHA-256 in hex of the raw `data`; carried by some messages of a state topic. */
  hash?: string;
}

/** A state topic tells the whole each time; `seq` may jump, for only the newest counts. */
type StateFrame = { [Name in StateTopic]: FrameOf<Name, Payloads[Name]> }[StateTopic];

/** An event topic begins with the list of the latest, the newest last; then one event a delta. */
type EventFrame = {
  [Name in EventTopic]: FrameOf<Name, Payloads[Name] | Payloads[Name][]>;
}[EventTopic];

/** Our message was not understood; the connection goes on. */
export interface ErrorFrame {
  kind: "error";
  code: string;
  message: string;
}

export type Frame = StateFrame | EventFrame;

/** Reads a message; `null` when it is none of ours. The server's tests check what is in it. */
export function readFrame(text: string): Frame | ErrorFrame | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof value !== "object" || value === null) return null;
  const { topic, kind } = value as { topic?: unknown; kind?: unknown };
  if (kind === "error") return value as ErrorFrame;
  const isOurs = topics.includes(topic as Topic) && typeof kind === "string";
  return isOurs ? (value as Frame) : null;
}
