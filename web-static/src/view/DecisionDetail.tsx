import type { Check, Decision } from "../contract/decision";
import { amount, failure, failureOf, isFlag, title } from "../desk/explain";
import { dollars, isNegative, price, quantity } from "../format";

/** A decision with every check: what was asked, what was answered, and which number decided. */
export function DecisionDetail({ decision }: { decision: Decision }) {
  const { verdict, checks, codes, side, symbol, phase, origin } = decision;
  const asker = origin === "flatten" ? "An operator's flatten" : `Phase P${phase}`;
  return (
    <div className="detail">
      <p className={`detail-verdict decision-${verdict}`} data-testid="detail-verdict">
        {verdict === "approved" ? "✓ APPROVED" : "✕ DENIED"}
      </p>
      <p className="detail-asked">
        {asker} asked to <b className={`side-${side.toLowerCase()}`}>{side}</b>{" "}
        <b>{quantity(decision.quantity)} {symbol}</b> at <b>{price(decision.price)}</b>, worth{" "}
        <b>{dollars(decision.notional)} USD</b>.
        {decision.reduce_only && " It could only reduce the position."}
      </p>
      <Because checks={checks} codes={codes} />
      {checks.length > 0 ? <Checks checks={checks} /> : (
        <p className="nothing">
          The policy has changed since; the numbers are in the journal under this decision's id.
        </p>
      )}
      <Facts decision={decision} />
    </div>
  );
}

function Because({ checks, codes }: Pick<Decision, "checks" | "codes">) {
  if (codes.length === 0) return null;
  const failing = checks.filter(({ passed }) => !passed);
  const reasons = failing.length > 0 ? failing.map(failure) : codes.map(failureOf);
  return (
    <ul className="because" aria-label="Why it was denied" data-testid="because">
      {reasons.map((reason) => <li key={reason}>{reason[0]?.toUpperCase()}{reason.slice(1)}.</li>)}
    </ul>
  );
}

function Checks({ checks }: { checks: Check[] }) {
  return (
    <table className="checks">
      <caption className="unseen">Every check in the gate's order</caption>
      <thead>
        <tr>
          <th scope="col">Check</th>
          <th scope="col">Result</th>
          <th scope="col" className="number">Value</th>
          <th scope="col" className="number">Limit</th>
          <th scope="col" className="number">Margin</th>
          <th scope="col">Unit</th>
        </tr>
      </thead>
      <tbody>{checks.map((one) => <CheckRow key={one.code} check={one} />)}</tbody>
    </table>
  );
}

function CheckRow({ check }: { check: Check }) {
  const { code, passed } = check;
  const unit = isFlag(check) ? "flag" : check.unit;
  // A reducing order passes entry limits that it exceeds; the negative margin still shows.
  const margin = passed && isNegative(check.margin) ? "number excused" : "number";
  return (
    <tr
      className={passed ? undefined : "check-failed"} data-testid="check" data-code={code}
      data-passed={passed}
    >
      <th scope="row">{title(code)} <small>{code}</small></th>
      <td className="verdict">{passed ? "✓ passed" : "✕ failed"}</td>
      <td className="number">{bare(check.value, unit)}</td>
      <td className="number">{bare(check.limit, unit)}</td>
      <td className={margin}>{check.unit === "flag" ? "" : bare(check.margin, check.unit)}</td>
      <td>{check.unit === "flag" ? "yes or no" : check.unit}</td>
    </tr>
  );
}

/** The number without its unit, which has a column of its own. */
function bare(value: string, unit: Check["unit"]): string {
  return amount(value, unit).replace(` ${unit}`, "");
}

function Facts({ decision }: { decision: Decision }) {
  const facts: [string, string][] = [
    ["Decided", decision.time],
    ["Record", String(decision.sequence)],
    ["Signal", decision.signal_id],
    ["Order", decision.intent_id ?? "none"],
    ["Trace", decision.trace_id],
    ["Policy", decision.policy_hash],
    ["Binary", decision.binary_digest],
  ];
  return (
    <dl className="facts">
      {facts.map(([name, value]) => <div key={name}><dt>{name}</dt><dd>{value}</dd></div>)}
    </dl>
  );
}
