import { useState } from "react";
import type { Breaker } from "../contract/desk";
import type { Receipt } from "../contract/operator";
import { halt, type Halting } from "../desk/halt";
import { useDesk, type Store } from "../desk/store";
import { ReceiptBody } from "./ReceiptBody";

interface Props {
  store: Store;
  token: string;
  onSignedOut: () => void;
}

const usualReason = "Halted by the operator at the console";

/** One press stops the desk: no question, no second press. */
export function HaltButton({ store, token, onSignedOut }: Props) {
  const [reason, setReason] = useState(usualReason);
  const [state, setState] = useState<Halting | null>(null);
  const breaker = useDesk(store, (desk) => desk.breaker);
  const isLive = useDesk(store, (desk) => desk.link.kind === "live");
  const isHalted = isLive && breaker?.state === "HALTED";
  const isTrying = state?.kind === "trying";

  async function press() {
    if (isTrying) return;
    const end = await halt(token, reason.trim() || usualReason, setState);
    if (end.kind === "done") store.putNow({ kind: "receipt", receipt: end.receipt });
    if (end.kind === "failed" && end.isSignedOut) onSignedOut();
    setState(end);
  }

  return (
    <div className="halting">
      <button
        className={isHalted ? "halt halt-on" : "halt"} onClick={() => void press()}
        data-testid="halt" aria-busy={isTrying}
      >
        HALT
        <small>{isHalted ? "halted; a press raises the epoch" : "one press stops the desk"}</small>
      </button>
      <label className="halt-reason" htmlFor="halt-reason">Reason, goes on record</label>
      <input
        id="halt-reason" maxLength={500} value={reason}
        onChange={(event) => setReason(event.target.value)}
      />
      <div className="halt-outcome" aria-live="assertive" data-testid="halt-outcome">
        {state !== null && <Outcome state={state} breaker={breaker} />}
      </div>
    </div>
  );
}

function Outcome({ state, breaker }: { state: Halting; breaker: Breaker | null }) {
  switch (state.kind) {
    case "trying":
      return (
        <p className="trying">
          <b>Halting…</b>{state.attempt > 1 && ` no answer yet, attempt ${state.attempt}`}
        </p>
      );
    case "done":
      return (
        <>
          <p className="done">
            <b>{isOver(state.receipt, breaker) ? "Was halted" : "HALTED"}, recorded.</b>{" "}
            Answered in {state.milliseconds.toFixed(0)} ms.
          </p>
          <ReceiptBody receipt={state.receipt} />
        </>
      );
    case "unrecorded":
      return <p className="fault"><b>GATE CLOSED, halt not recorded.</b> {state.sentence}</p>;
    case "failed":
      return <p className="fault"><b>{state.sentence}</b></p>;
  }
}

/** Whether the halt has been resumed since, as far as the stream has told. */
function isOver(receipt: Receipt, breaker: Breaker | null): boolean {
  return breaker !== null && breaker.halt_epoch >= receipt.halt_epoch && breaker.state !== "HALTED";
}
