/** The little of Node that the tests use. The console itself runs in a browser only. */
declare module "node:test" {
  export function test(name: string, body: () => void | Promise<void>): void;
}

declare module "node:assert/strict" {
  export function equal<Value>(actual: Value, expected: Value, message?: string): void;
  export function deepEqual<Value>(actual: Value, expected: Value, message?: string): void;
  export function ok(value: unknown, message?: string): void;
}

declare module "node:crypto" {
  export const webcrypto: Crypto;
}
