import { equal, ok } from "node:assert/strict";
import { webcrypto } from "node:crypto";
import { test } from "node:test";
import { rawData } from "../src/live/rawData";
import { verify } from "../src/live/verify";

if (globalThis.crypto === undefined) Object.assign(globalThis, { crypto: webcrypto });

const data = '{"a":"x\\"}, \\\\","data":[1,{"data":"}"}],"ü":1.50}';
const examples: [string, string][] = [
  [`{"data":${data},"epoch":1,"topic":"truth"}`, data],
  [`{"topic":"data","data" : ${data} }`, data],
  ['{"data":null}', "null"],
  ['{"x":{"data":1},"data":[]}', "[]"],
];

test("the raw data of a message is found byte for byte", () => {
  for (const [message, expected] of examples) equal(rawData(message), expected);
});

test("a message without data has none", () => {
  for (const text of ['{"x":{"data":1}}', "[]", "", '{"x":"data"}']) equal(rawData(text), null);
});

test("a message cut anywhere gives the data whole or nothing", () => {
  for (const [message, expected] of examples) {
    for (let cut = 0; cut < message.length; cut += 1) {
      const found = rawData(message.slice(0, cut));
      ok(found === null || found === expected, `cut at ${cut} gave ${found}`);
    }
  }
});

test("a hash of the data is accepted and any other refused", async () => {
  // printf '{"score":97.25}' | sha256sum
  const right = "7121221ecf3a5e6e64cce7ec50fe84d18c17aa1d0c0a81737e26fbf1eb5cc0ea";
  equal(await verify('{"data":{"score":97.25},"seq":64}', right), "equal");
  equal(await verify('{"data":{"score":97.26},"seq":64}', right), "differs");
  equal(await verify('{"seq":64}', right), "differs");
});
