import type { Problem } from "../contract/operator";

/** How a request ended: with the answer, with the server's refusal, or without any answer. */
export type Outcome<Answer> =
  | { kind: "answer"; answer: Answer }
  | { kind: "refused"; problem: Problem; retryAfter: number | null }
  | { kind: "silent" };

export interface Request {
  method: "GET" | "POST";
  path: string;
  token?: string;
  body?: unknown;
  key?: string;
  /** Milliseconds after which silence counts as no answer. */
  patience: number;
}

export async function send<Answer>(request: Request): Promise<Outcome<Answer>> {
  const headers: Record<string, string> = { Accept: "application/json" };
  if (request.token !== undefined) headers["Authorization"] = `Bearer ${request.token}`;
  if (request.key !== undefined) headers["Idempotency-Key"] = request.key;
  if (request.body !== undefined) headers["Content-Type"] = "application/json";
  const giveUp = new AbortController();
  const timer = setTimeout(() => giveUp.abort(), request.patience);
  try {
    const response = await fetch(request.path, {
      method: request.method,
      headers,
      body: request.body === undefined ? null : JSON.stringify(request.body),
      signal: giveUp.signal,
      cache: "no-store",
    });
    if (response.ok) return { kind: "answer", answer: (await response.json()) as Answer };
    return refusal(response.status, response.headers.get("Retry-After"), await response.text());
  } catch {
    return { kind: "silent" };
  } finally {
    clearTimeout(timer);
  }
}

function refusal(status: number, retry: string | null, text: string): Outcome<never> {
  const retryAfter = retry === null || Number.isNaN(Number(retry)) ? null : Number(retry);
  const plain = `The server answered ${status} without saying why.`;
  try {
    const problem = { code: "", detail: plain, ...(JSON.parse(text) as object), status };
    return { kind: "refused", problem, retryAfter };
  } catch {
    return { kind: "refused", problem: { code: "", detail: plain, status }, retryAfter };
  }
}
