import type { Breaker, BreakerState } from "../contract/desk";
import { clock, words } from "../format";

const states: readonly BreakerState[] = ["NORMAL", "DEFENSIVE", "HALTED"];

/** The breaker as a switch of three positions, and who put it there. */
export function BreakerDial({ breaker }: { breaker: Breaker | null }) {
  return (
    <div className="breaker">
      <div className="dial" role="group" aria-label="Breaker">
        {states.map((state) => (
          <span
            key={state} className={`dial-place dial-${state.toLowerCase()}`}
            aria-current={breaker?.state === state ? "true" : undefined}
          >
            {state}
          </span>
        ))}
      </div>
      <p className="breaker-why" data-testid="breaker" data-state={breaker?.state ?? ""}>
        {breaker !== null && (
          <>
            <b>{breaker.state}</b> since {clock(breaker.since)} UTC{why(breaker)}
          </>
        )}
      </p>
    </div>
  );
}

/** Who moved it and why. A desk that started NORMAL was moved by nobody. */
function why({ state, actor, code, reason }: Breaker): string {
  if (state === "NORMAL" && code === "starting") return ", from the start";
  return ` by ${actor} (${words(code)}): ${reason}`;
}
