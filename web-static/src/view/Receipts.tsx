import type { Receipt } from "../contract/operator";
import { useDesk, type Store } from "../desk/store";
import { clock, words } from "../format";
import { Nothing, Panel } from "./Panel";
import { ReceiptBody } from "./ReceiptBody";

/** What operators did, whoever and wherever, the newest first. */
export function Receipts({ store }: { store: Store }) {
  const receipts = useDesk(store, (desk) => desk.receipts);
  return (
    <Panel title="Operator log" name="receipts">
      <div className="scroll" aria-live="polite">
        {receipts.length === 0 && <Nothing>No command yet.</Nothing>}
        {receipts.map((one) => <Line key={one.sequence} receipt={one} />)}
      </div>
    </Panel>
  );
}

function Line({ receipt }: { receipt: Receipt }) {
  const { action, actor, status, reason, time, code, id } = receipt;
  return (
    <details className={`log log-${status.toLowerCase()}`}>
      <summary title={id}>
        <span>{clock(time)}</span> <b>{action}</b> {verb(receipt)}{" "}
        <span className="log-by">{actor}</span>
      </summary>
      <p>{reason === "" ? "No reason was given." : reason}</p>
      {code !== "" && <p>Rejected: {words(code)}.</p>}
      {status !== "REJECTED" && <ReceiptBody receipt={receipt} />}
    </details>
  );
}

/** What the status means for the action: "flat" is said only when the venue said it. */
function verb({ action, status, breaker }: Receipt): string {
  if (status === "REJECTED") return "rejected";
  if (action === "FLATTEN") return status === "VERIFIED" ? "venue says flat" : "at work";
  return status === "VERIFIED" ? `→ ${breaker}` : "accepted";
}
