import { memo, useState } from "react";
import type { Decision } from "../contract/decision";
import type { PhaseCount } from "../contract/desk";
import { useDesk, type Store } from "../desk/store";
import { clock, price, quantity, words } from "../format";
import { Nothing, Panel } from "./Panel";
import { decisionHash } from "./route";

type Filter = "all" | "denied" | "approved";
const filters: readonly Filter[] = ["all", "denied", "approved"];

/** How many stand in the list while it moves: more than any screen shows without scrolling. */
const movingMaximum = 60;

/**
 * The latest decisions, the newest first. Held still, and shown whole, while somebody points at
 * them or goes through them by keyboard.
 */
export function Decisions({ store, opened }: { store: Store; opened: string | null }) {
  const latest = useDesk(store, (desk) => desk.decisions);
  const seen = useDesk(store, (desk) => desk.decisionsSeen);
  const phases = useDesk(store, (desk) => desk.budgets?.phases);
  const [filter, setFilter] = useState<Filter>("all");
  const [held, setHeld] = useState<Decision[] | null>(null);
  const wanted = (held ?? latest).filter(({ verdict }) => filter === "all" || verdict === filter);
  const list = held === null ? wanted.slice(0, movingMaximum) : wanted;
  const hold = () => setHeld((before) => before ?? store.shown().decisions);
  const release = () => setHeld(null);
  const newer = held === null ? 0 : newerThan(held[0], latest);
  return (
    <Panel
      title="Decisions" name="decisions"
      aside={
        <>
          <Count newer={newer} isHeld={held !== null} seen={seen} />
          <Filters filter={filter} onFilter={setFilter} />
        </>
      }
    >
      {phases !== undefined && <Phases phases={phases} />}
      <div
        className="scroll decisions-list"
        onPointerEnter={hold} onPointerLeave={release} onFocus={hold} onBlur={release}
      >
        {list.length === 0 ? (
          <Nothing>{latest.length === 0 ? "No decisions yet." : `None ${filter}.`}</Nothing>
        ) : (
          <table>
            <Head />
            <tbody>
              {list.map((one) => (
                <Row key={one.sequence} decision={one} isOpened={one.id === opened} />
              ))}
            </tbody>
          </table>
        )}
      </div>
    </Panel>
  );
}

function newerThan(newest: Decision | undefined, latest: Decision[]): number {
  if (newest === undefined) return latest.length;
  const place = latest.findIndex(({ sequence }) => sequence <= newest.sequence);
  return place < 0 ? latest.length : place;
}

function Count({ newer, isHeld, seen }: { newer: number; isHeld: boolean; seen: number }) {
  return (
    <span className="decisions-count">
      {isHeld && <b className="held">Held while you point: {newer} newer. </b>}
      <span data-testid="decisions-seen">{seen}</span> since sign-in
    </span>
  );
}

function Filters({ filter, onFilter }: { filter: Filter; onFilter: (filter: Filter) => void }) {
  return (
    <span className="filters" role="group" aria-label="Which decisions">
      {filters.map((one) => (
        <button key={one} aria-pressed={one === filter} onClick={() => onFilter(one)}>{one}</button>
      ))}
    </span>
  );
}

function Phases({ phases }: { phases: PhaseCount[] }) {
  return (
    <ul className="phases" aria-label="Decisions by phase">
      {phases.map(({ phase, approved, denied }) => (
        <li key={phase}>
          <b>P{phase}</b>{" "}
          <span aria-label={`${approved} approved`}>{approved} ✓</span>{" "}
          <span aria-label={`${denied} denied`}>{denied} ✕</span>
        </li>
      ))}
    </ul>
  );
}

function Head() {
  return (
    <thead>
      <tr>
        <th scope="col">Time</th>
        <th scope="col">Phase</th>
        <th scope="col">Symbol</th>
        <th scope="col">Side</th>
        <th scope="col" className="number">Size</th>
        <th scope="col" className="number">Price</th>
        <th scope="col">Verdict, and the checks that failed</th>
      </tr>
    </thead>
  );
}

const Row = memo(function Row({ decision, isOpened }: { decision: Decision; isOpened: boolean }) {
  const { id, verdict, phase, symbol, side, codes, origin } = decision;
  return (
    <tr
      className={`decision decision-${verdict}`} data-testid="decision" data-id={id}
      data-sequence={decision.sequence} data-verdict={verdict}
      aria-selected={isOpened} onClick={() => { window.location.hash = decisionHash(id); }}
    >
      <th scope="row"><a href={decisionHash(id)} title={id}>{clock(decision.time)}</a></th>
      <td>{origin === "flatten" ? "operator" : `P${phase}`}</td>
      <td>{symbol}</td>
      <td className={`side-${side.toLowerCase()}`}>{side}</td>
      <td className="number">{quantity(decision.quantity)}</td>
      <td className="number">{price(decision.price)}</td>
      <td className="codes">
        <b className="verdict">{verdict === "approved" ? "✓ approved" : "✕ denied"}</b>{" "}
        {codes.map(words).join(", ")}
      </td>
    </tr>
  );
});
