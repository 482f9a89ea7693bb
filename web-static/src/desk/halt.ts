import { sentence } from "../api/sentences";
import { command, commandKey } from "../api/titan";
import type { Receipt } from "../contract/operator";

/** Milliseconds for which an unanswered halt goes on trying by itself. */
const tryFor = 30_000;
/** Milliseconds between two tries. */
const pause = 300;

/** How a pressed halt stands. */
export type Halting =
  | { kind: "trying"; attempt: number }
  | { kind: "done"; receipt: Receipt; milliseconds: number }
  /** The gate is closed, but no record says so. */
  | { kind: "unrecorded"; sentence: string }
  | { kind: "failed"; sentence: string; isSignedOut: boolean };

/**
 * Presses until there is an answer: over HTTP, so that a broken stream does not matter. Every try
 * carries the same key and is the same halt. Ends in anything but `trying`.
 */
export async function halt(
  token: string, reason: string, show: (state: Halting) => void,
): Promise<Halting> {
  const key = commandKey();
  const pressed = performance.now();
  for (let attempt = 1; ; attempt += 1) {
    show({ kind: "trying", attempt });
    const began = performance.now();
    const outcome = await command(token, { path: "halt", reason, key });
    if (outcome.kind === "answer") {
      const milliseconds = performance.now() - began;
      return { kind: "done", receipt: outcome.answer, milliseconds };
    }
    const problem = outcome.kind === "refused" ? outcome.problem : null;
    // Whatever the answer says besides: an epoch in it means that the halt word was raised.
    if (problem?.halt_epoch !== undefined) {
      return { kind: "unrecorded", sentence: sentence(outcome) };
    }
    // What the client did wrong stays wrong; what the server could not do is worth trying again.
    const isFinal = problem !== null && problem.status < 500;
    if (isFinal || performance.now() - pressed > tryFor) {
      // Silence is not a refusal: the server may have taken it and not said so.
      const verdict = problem === null ? "UNKNOWN whether this press halted." : "NOT HALTED by this press.";
      const text = `${verdict} ${sentence(outcome)}`;
      return { kind: "failed", sentence: text, isSignedOut: problem?.status === 401 };
    }
    await new Promise((resume) => setTimeout(resume, pause));
  }
}
