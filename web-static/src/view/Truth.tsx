import type { Discrepancy, TruthComponent, Truth as TruthView } from "../contract/desk";
import { useDesk, type Store } from "../desk/store";
import { clock, decimal, short, words } from "../format";
import { Bar } from "./Bar";
import { Nothing, Panel } from "./Panel";

/** The obstacles by which the desk says that the score is too low. */
const tooLow = ["truth_low", "not_reconciled"];

/** How sure the desk is that its books equal the venue's, and what holds that down. */
export function Truth({ store }: { store: Store }) {
  const truth = useDesk(store, (desk) => desk.truth);
  const isLow = useDesk(store, (desk) =>
    (desk.health?.obstacles ?? []).some(({ code }) => tooLow.includes(code)));
  if (truth === null) {
    return <Panel title="Truth score" name="truth"><Nothing>Not told yet.</Nothing></Panel>;
  }
  const when = truth.reconciled_at;
  const aside = when === null ? "never compared since the start" : `compared ${clock(when)} UTC`;
  return (
    <Panel title="Truth score" name="truth" aside={aside}>
      <div className="truth-top">
        <p className={isLow ? "score score-low" : "score"}>
          <span data-testid="truth-score">{truth.score.toFixed(2)}</span>
          <small>{isLow ? "too low for new risk" : "of 100"}</small>
        </p>
        <ul className="components" aria-label="Components">
          {truth.components.map((one) => <Component key={one.name} component={one} />)}
        </ul>
      </div>
      <h3>What holds it down</h3>
      <HoldingDown truth={truth} />
    </Panel>
  );
}

function Component({ component }: { component: TruthComponent }) {
  const { name, value, weight } = component;
  return (
    <li>
      <span className="component-name">{name} <small>×{weight}</small></span>
      <Bar
        filled={value} label={name} tone={value >= 100 ? "good" : value > 50 ? "warn" : "bad"}
      />
      <span className="component-value">{value.toFixed(value >= 100 ? 0 : 2)}</span>
    </li>
  );
}

function HoldingDown({ truth }: { truth: TruthView }) {
  if (!truth.reconciled) {
    return <Nothing>No full comparison with the venue since the start: nothing is known.</Nothing>;
  }
  if (truth.holding_down.length === 0) return <Nothing>{nothingDiffers(truth)}</Nothing>;
  const isRecovering = truth.score < Math.min(...truth.components.map(({ value }) => value));
  return (
    <ul className="discrepancies" data-testid="holding-down">
      {truth.holding_down.map((one, index) => <Line key={index} discrepancy={one} />)}
      {isRecovering && (
        <li className="recovering">It fell at once; it rises only with clean comparisons.</li>
      )}
    </ul>
  );
}

function nothingDiffers(truth: TruthView): string {
  const aged = truth.components.filter(({ value }) => value < 100).map(({ name }) => name);
  if (aged.length > 0) return `No order or position differs; ${aged.join(" and ")} is below 100.`;
  return truth.score >= 100
    ? "Nothing: every order and position equals the venue's."
    : "Nothing differs any more: the score rises with each clean comparison.";
}

/** What is wrong, in words that need no column: a quantity differs of an order or of a position. */
function what({ component, kind }: Discrepancy): string {
  if (kind === "quantity_differs") {
    return component === "positions" ? "Position differs" : "Order differs";
  }
  const text = words(kind);
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

function Line({ discrepancy }: { discrepancy: Discrepancy }) {
  const { id, ours, severity, symbol, venue } = discrepancy;
  return (
    <li>
      <span className="discrepancy-what">
        <b>{what(discrepancy)}</b> {symbol} {id === "" ? "" : short(id)}
      </span>
      <span className="discrepancy-sides">
        ours <b>{decimal(ours, 0, 8)}</b> venue <b>{decimal(venue, 0, 8)}</b>
      </span>
      <span className="discrepancy-cost">−{severity.toFixed(severity % 1 === 0 ? 0 : 2)}</span>
    </li>
  );
}
