import type { Breaker, Health } from "../contract/desk";
import type { Desk } from "../desk/desk";
import { useDesk, type Store } from "../desk/store";
import { words } from "../format";
import { BreakerDial } from "./BreakerDial";

interface Verdict {
  word: string;
  tone: "yes" | "no" | "reduce" | "unknown";
  sentence: string;
}

/** The one question of the shift: may we trade, and if not, why. */
export function Answer({ store }: { store: Store }) {
  const desk = useDesk(store, (desk) => desk.health);
  const breaker = useDesk(store, (desk) => desk.breaker);
  const link = useDesk(store, (desk) => desk.link);
  const flattening = useDesk(store, (desk) => desk.flattening);
  const verdict = judge(desk, breaker, link);
  const obstacles = desk?.obstacles ?? [];
  return (
    <section className={`answer answer-${verdict.tone}`} aria-labelledby="may-we-trade">
      <div className="answer-slab">
        <h1 id="may-we-trade">May we trade?</h1>
        <p className="answer-word" data-testid="may-open" role="status">{verdict.word}</p>
        <p className="answer-sentence">{verdict.sentence}</p>
      </div>
      <div className="answer-why">
        <BreakerDial breaker={breaker} />
        {flattening && (
          <p className="flattening" role="status">FLATTEN at work, until the venue says flat.</p>
        )}
        <ul className="obstacles" data-testid="obstacles" aria-label="Why not">
          {obstacles.map(({ code, message }, place) => (
            <li key={place}><b>{words(code)}</b> <span>{message}</span></li>
          ))}
          {verdict.tone === "yes" && <li className="obstacle-none">Nothing stands in the way.</li>}
        </ul>
      </div>
    </section>
  );
}

/** Without live data the answer is not known, whatever it was. */
function judge(health: Health | null, breaker: Breaker | null, link: Desk["link"]): Verdict {
  if (link.kind === "lost") {
    const last = health === null ? "" : ` It was ${health.may_open ? "YES" : "NO"}.`;
    return { word: "?", tone: "unknown", sentence: `Not known without live data.${last}` };
  }
  if (health === null || breaker === null) {
    return { word: "…", tone: "unknown", sentence: "Asking the desk." };
  }
  if (breaker.state === "HALTED") {
    return { word: "NO", tone: "no", sentence: "Halted: nothing passes but a flatten." };
  }
  if (breaker.state === "DEFENSIVE") {
    return { word: "NO", tone: "reduce", sentence: "Only orders that reduce pass." };
  }
  return health.may_open
    ? { word: "YES", tone: "yes", sentence: "New risk may be taken." }
    : { word: "NO", tone: "no", sentence: "No new risk may be taken." };
}
