import { deepEqual, equal } from "node:assert/strict";
import { test } from "node:test";
import type { Decision } from "../src/contract/decision";
import { readFrame, type Frame } from "../src/contract/envelope";
import type { Receipt } from "../src/contract/operator";
import { decisionsMaximum, emptyDesk, type Desk } from "../src/desk/desk";
import { reduce } from "../src/desk/reduce";

function frame(topic: string, kind: string, seq: number, data: unknown): Frame {
  return { topic, kind, epoch: 7, seq, time: "", mode: "paper", data } as Frame;
}

function take(desk: Desk, ...frames: Frame[]): Desk {
  return frames.reduce((now, one) => reduce(now, { kind: "frame", frame: one }), desk);
}

const decision = (sequence: number) => ({ sequence, id: `dec-${sequence}` }) as Decision;

const receipt = (sequence: number, action: string, status: string) =>
  ({ sequence, action, status }) as Receipt;

const sequences = (desk: Desk) => desk.decisions.map((one) => one.sequence);

test("a state topic replaces its part and moves its place", () => {
  const desk = take(
    emptyDesk,
    frame("orders", "snapshot", 3, [{ id: "a" }]),
    frame("orders", "snapshot", 9, []),
  );
  deepEqual(desk.orders, []);
  deepEqual(desk.places, { orders: { epoch: 7, seq: 9 } });
  equal(desk.mode, "paper");
  equal(desk.link.kind, "live");
});

test("decisions stand newest first, each once, whatever way they came", () => {
  const listed = take(emptyDesk, frame("decisions", "snapshot", 3, [1, 2, 3].map(decision)));
  const fourth = frame("decisions", "delta", 4, decision(4));
  const more = take(listed, fourth, fourth);
  const joined = reduce(more, { kind: "decisions", decisions: [5, 4, 3, 0].map(decision) });
  deepEqual(sequences(joined), [5, 4, 3, 2, 1, 0]);
  equal(joined.decisionsSeen, 2);
});

test("the list of decisions has an end", () => {
  let desk = emptyDesk;
  for (let at = 1; at <= decisionsMaximum + 50; at += 1) {
    desk = take(desk, frame("decisions", "delta", at, decision(at)));
  }
  equal(desk.decisions.length, decisionsMaximum);
  equal(desk.decisions[0]?.sequence, decisionsMaximum + 50);
});

test("a topic that was not recovered forgets its place until its snapshot", () => {
  const desk = take(
    emptyDesk,
    frame("decisions", "delta", 4, decision(4)),
    frame("decisions", "not_recovered", 9, null),
  );
  deepEqual(desk.places, {});
  const after = take(desk, frame("decisions", "snapshot", 9, [decision(9)]));
  deepEqual(after.places, { decisions: { epoch: 7, seq: 9 } });
  deepEqual(sequences(after), [9, 4]);
});

test("a receipt that comes twice stands once, and only VERIFIED ends a flatten", () => {
  const asked = receipt(5, "FLATTEN", "ACCEPTED");
  const once = reduce(emptyDesk, { kind: "receipt", receipt: asked });
  const twice = take(
    once,
    frame("operator", "delta", 1, asked),
    frame("operator", "delta", 2, receipt(6, "HALT", "VERIFIED")),
  );
  deepEqual(twice.receipts.map((one) => one.sequence), [6, 5]);
  equal(twice.flattening, true);
  const refused = take(twice, frame("operator", "delta", 3, receipt(7, "FLATTEN", "REJECTED")));
  equal(refused.flattening, true);
  const flat = take(refused, frame("operator", "delta", 4, receipt(8, "FLATTEN", "VERIFIED")));
  equal(flat.flattening, false);
});

test("a lost connection keeps when it was lost, and any frame ends it", () => {
  const lost = reduce(emptyDesk, { kind: "lost", lostAt: 100 });
  const still = reduce(lost, { kind: "lost", lostAt: 900 });
  deepEqual(still.link, { kind: "lost", lostAt: 100 });
  equal(take(still, frame("health", "snapshot", 1, null)).link.kind, "live");
});

test("what is no message of ours is none", () => {
  const strangers = ['{"topic":"weather","kind":"snapshot"}', '{"topic":"truth"}'];
  for (const text of ["", "{", "null", "3", ...strangers]) {
    equal(readFrame(text), null, text);
  }
  equal(readFrame('{"code":"bad_op","kind":"error","message":"no"}')?.kind, "error");
});
