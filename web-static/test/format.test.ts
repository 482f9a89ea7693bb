import { equal } from "node:assert/strict";
import { test } from "node:test";
import { amount, failure } from "../src/desk/explain";
import {
  age, clock, decimal, dollars, isNegative, price, quantity, share, short, tail,
} from "../src/format";
import { decisionInHash } from "../src/view/route";

test("amounts keep every digit that is shown", () => {
  equal(dollars("1234567.899"), "1,234,567.89");
  equal(dollars("-0.001"), "0.00");
  equal(dollars("-12.5"), "−12.50");
  equal(dollars("92233720368.54775807"), "92,233,720,368.54");
  equal(quantity("0.00000001"), "0.00000001");
  equal(quantity("1.50"), "1.5");
  equal(price("42000.5"), "42,000.50");
  equal(price("0.123456"), "0.1234");
  equal(decimal("not a number", 2, 2), "not a number");
});

test("nought is never negative", () => {
  equal(isNegative("-0"), false);
  equal(isNegative("-0.00000001"), true);
});

test("a share stays between 0 and 100", () => {
  equal(share("25", "100"), 25);
  equal(share("250", "100"), 100);
  equal(share("1", "0"), 0);
  equal(share("nonsense", "1"), 0);
});

test("ages tick in tenths and times are in UTC", () => {
  equal(age(0), "0.0 s");
  equal(age(1_990), "1.9 s");
  equal(age(-5), "0.0 s");
  equal(age(125_000), "2 min 5 s");
  equal(clock("2026-11-24T14:03:27.123456Z"), "14:03:27");
  equal(clock("no time"), "no time");
});

test("identifiers lose their noughts and nothing else", () => {
  equal(short("ord-7f3a-000000001234"), "ord-7f3a-1234");
  equal(short("ex-10"), "ex-10");
  equal(tail("ord-7f3a-000000001234"), "…1234");
});

test("an address opens a decision or nothing", () => {
  equal(decisionInHash("#/decisions/dec-000000000042"), "dec-000000000042");
  for (const hash of ["", "#/", "#/decisions/", "#/decisions/a/b", "#/decisions/<x>"]) {
    equal(decisionInHash(hash), null);
  }
});

test("a failed check tells its numbers, and says unknown for an unknown one", () => {
  const check = { passed: false, margin: "-1" };
  const numbers = { unit: "USD", value: "12840.75", limit: "10000" } as const;
  const worth = { ...check, ...numbers, code: "order_notional" };
  equal(failure(worth), "the order is worth too much: 12,840.75 USD, limit 10,000.00 USD");
  const answer = { unit: "flag", value: "0", limit: "1" } as const;
  const halted = { ...check, ...answer, code: "breaker_halted" };
  equal(failure(halted), "the breaker was HALTED");
  equal(amount("92233720368.54775807", "bps"), "unknown");
  equal(amount("0.00000001", "flag"), "yes");
});
