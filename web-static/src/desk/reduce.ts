import type { Decision } from "../contract/decision";
import type { State } from "../contract/desk";
import type { Frame, Topic } from "../contract/envelope";
import type { Receipt } from "../contract/operator";
import { decisionsMaximum, receiptsMaximum, type Desk } from "./desk";

/** What can happen to the page's picture of the desk. */
export type Event =
  | { kind: "frame"; frame: Frame }
  | { kind: "decisions"; decisions: Decision[] }
  | { kind: "state"; state: State }
  | { kind: "receipt"; receipt: Receipt }
  | { kind: "lost"; lostAt: number }
  | { kind: "warning"; text: string | null };

/** The picture after an event. Pure: the same picture and event give the same result. */
export function reduce(desk: Desk, event: Event): Desk {
  switch (event.kind) {
    case "frame":
      return takeFrame(desk, event.frame);
    case "decisions":
      return { ...desk, decisions: merge(desk.decisions, event.decisions) };
    case "state":
      return { ...desk, flattening: event.state.flattening, hashes: event.state.hashes };
    case "receipt":
      return takeReceipt(desk, event.receipt);
    case "lost":
      return desk.link.kind === "lost" ? desk : { ...desk, link: { ...event } };
    case "warning":
      return { ...desk, warning: event.text };
  }
}

function takeFrame(desk: Desk, frame: Frame): Desk {
  const { topic, kind, epoch, seq, mode } = frame;
  const link = desk.link.kind === "live" ? desk.link : ({ kind: "live" } as const);
  const heard = { ...desk, mode, link };
  // What was missed is gone: the snapshot that follows sets the new place.
  if (kind === "not_recovered") return { ...heard, places: without(desk, topic) };
  return take({ ...heard, places: { ...desk.places, [topic]: { epoch, seq } } }, frame);
}

function take(desk: Desk, frame: Frame): Desk {
  if (frame.data === null) return desk;
  switch (frame.topic) {
    case "decisions":
      return takeDecisions(desk, listed(frame.data), frame.kind === "delta");
    case "operator":
      return listed(frame.data).reduce(takeReceipt, desk);
    default:
      // A state topic tells the whole, and is named like its part of the desk.
      return { ...desk, [frame.topic]: frame.data };
  }
}

function listed<Item>(data: Item | Item[]): Item[] {
  return Array.isArray(data) ? data : [data];
}

function takeDecisions(desk: Desk, more: Decision[], isNews: boolean): Desk {
  const decisionsSeen = desk.decisionsSeen + (isNews ? more.length : 0);
  return { ...desk, decisions: merge(desk.decisions, more), decisionsSeen };
}

/** Receipts come back twice: as the answer to a command and as an event. */
function takeReceipt(desk: Desk, receipt: Receipt): Desk {
  const others = desk.receipts.filter((one) => one.sequence !== receipt.sequence);
  const receipts = [receipt, ...others].sort((one, two) => two.sequence - one.sequence);
  const newest = receipts.find((one) => one.action === "FLATTEN" && one.status !== "REJECTED");
  const flattening = newest === undefined ? desk.flattening : newest.status === "ACCEPTED";
  return { ...desk, receipts: receipts.slice(0, receiptsMaximum), flattening };
}

/** Both lists as one, the newest first, each decision once, cut at the maximum. */
function merge(known: Decision[], more: Decision[]): Decision[] {
  const only = more[0];
  const newest = known[0];
  if (more.length === 1 && only && (!newest || only.sequence > newest.sequence)) {
    return [only, ...known.slice(0, decisionsMaximum - 1)];
  }
  const bySequence = new Map([...known, ...more].map((one) => [one.sequence, one]));
  return [...bySequence.values()]
    .sort((one, two) => two.sequence - one.sequence)
    .slice(0, decisionsMaximum);
}

function without(desk: Desk, topic: Topic): Desk["places"] {
  const places = { ...desk.places };
  delete places[topic];
  return places;
}
