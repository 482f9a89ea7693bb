import type { Problem } from "../contract/operator";
import type { Outcome } from "./request";

/** Why a command was not carried out, by the contract's code, and what to do next. */
const rejections: Record<string, string> = {
  epoch_moved: "Another halt came after the one you saw. Look at it, then resume again.",
  not_halted: "The desk is not halted, so there is nothing to resume.",
  truth_low:
    "The truth score is too low to resume: our books may not equal the venue's. " +
    "Look at what holds it down; it rises with clean comparisons.",
  flatten_running: "A flatten is still at work. Resume when the venue says flat.",
  not_recorded:
    "The gate is closed and nothing new leaves, but the disk has not confirmed the record yet.",
  journal_failed:
    "The journal cannot be written. The desk stays halted until it is restarted on a sound disk.",
};

/** One sentence for a person about a request that did not succeed. */
export function sentence(outcome: Exclude<Outcome<unknown>, { kind: "answer" }>): string {
  if (outcome.kind === "silent") return "The server does not answer.";
  const { problem, retryAfter } = outcome;
  const known = rejections[problem.code];
  if (known !== undefined) return known;
  const later = retryAfter === null ? "" : ` Try again in ${retryAfter} s.`;
  return ended(problem.detail) + later;
}

/** A login's refusal as a sentence. The server does not tell a wrong name from a wrong password. */
export function loginSentence(outcome: Exclude<Outcome<unknown>, { kind: "answer" }>): string {
  if (outcome.kind === "refused" && outcome.problem.status === 401) {
    return "There is no operator with this name and this password.";
  }
  return sentence(outcome);
}

export function isSignedOut(problem: Problem): boolean {
  return problem.status === 401;
}

function ended(text: string): string {
  const trimmed = text.trim();
  if (trimmed === "") return "The server refused without saying why.";
  const first = trimmed[0] ?? "";
  const sentence = first.toUpperCase() + trimmed.slice(1);
  return /[.!?]$/.test(sentence) ? sentence : `${sentence}.`;
}
