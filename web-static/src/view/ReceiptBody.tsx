import type { Receipt } from "../contract/operator";
import { tail } from "../format";

/** What a receipt proves, line by line. */
export function ReceiptBody({ receipt }: { receipt: Receipt }) {
  const closed = receipt.gate_closed_us.toLocaleString("en");
  return (
    <div className="receipt" data-testid="receipt" data-sequence={receipt.sequence}>
      {receipt.action === "HALT" && (
        <p>
          {receipt.gate_closed
            ? <>Gate closed in <b>{closed} µs</b>, epoch <b>{receipt.halt_epoch}</b>.</>
            : <b className="warn-text">Halt recorded, but the gate was not seen closed in time.</b>}
        </p>
      )}
      <Orders title="Cancelling" none="No working order to cancel." ids={receipt.cancelled} />
      {receipt.action === "HALT" && (
        <Orders title="Sent before" none="No order had left before." ids={receipt.sent_before} />
      )}
    </div>
  );
}

function Orders({ title, none, ids }: { title: string; none: string; ids: string[] }) {
  if (ids.length === 0) return <p>{none}</p>;
  return (
    <p>
      {title} {ids.length}:{" "}
      <span className="ids" title={ids.join("\n")}>{ids.map(tail).join(" ")}</span>
    </p>
  );
}
