import { rawData } from "./rawData";

/** What a view's hash said about what arrived. `unchecked`: this page may not use the digest. */
export type Verification = "equal" | "differs" | "unchecked";

/** Compares the SHA-256 of a message's raw `data` with the hash that the message carries. */
export async function verify(message: string, hash: string): Promise<Verification> {
  const data = rawData(message);
  if (data === null) return "differs";
  // Browsers offer the digest on https and on this machine's own address only.
  const subtle = (globalThis.crypto as Crypto | undefined)?.subtle as SubtleCrypto | undefined;
  if (subtle === undefined) return "unchecked";
  const digest = await subtle.digest("SHA-256", new TextEncoder().encode(data));
  return hex(digest) === hash.toLowerCase() ? "equal" : "differs";
}

function hex(bytes: ArrayBuffer): string {
  return Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
