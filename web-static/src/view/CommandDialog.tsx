import { useState, type FormEvent } from "react";
import { isSignedOut, sentence } from "../api/sentences";
import { command, commandKey } from "../api/titan";
import type { Session } from "../contract/operator";
import { useDesk, type Store } from "../desk/store";
import { useEscape } from "./useEscape";

interface Props {
  action: "resume" | "flatten";
  store: Store;
  session: Session;
  onClose: () => void;
  onSignedOut: () => void;
}

/** Asks for the reason of a command that is no halt. Stands under Halt, not over it. */
export function CommandDialog({ action, store, session, onClose, onSignedOut }: Props) {
  const epoch = useDesk(store, (desk) => desk.breaker?.halt_epoch ?? 0);
  // The epoch that the person saw on opening is the one that is cleared, whatever came since.
  const [shown] = useState(epoch);
  // Trying again after silence is the same command; after a refusal it is a new one.
  const [key, setKey] = useState(commandKey);
  const [reason, setReason] = useState("");
  const [fault, setFault] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  useEscape(onClose);

  async function submit(event: FormEvent) {
    event.preventDefault();
    if (isBusy || reason.trim() === "") return;
    setBusy(true);
    setFault(null);
    const clears = action === "resume" ? { epoch: shown } : {};
    const asked = { path: action, reason: reason.trim(), key, ...clears };
    const outcome = await command(session.token, asked);
    setBusy(false);
    if (outcome.kind === "answer") {
      store.putNow({ kind: "receipt", receipt: outcome.answer });
      onClose();
      return;
    }
    if (outcome.kind === "refused") {
      if (isSignedOut(outcome.problem)) return onSignedOut();
      setKey(commandKey());
    }
    setFault(sentence(outcome));
  }

  const title = action === "resume" ? "Resume" : "Flatten";
  return (
    <form
      className="dialog" role="dialog" aria-label={title} data-testid={`${action}-dialog`}
      onSubmit={(event) => void submit(event)}
    >
      <h2>{title}</h2>
      {action === "resume"
        ? <ResumeText shown={shown} epoch={epoch} />
        : <FlattenText session={session} />}
      <label htmlFor="command-reason">Reason, goes on record</label>
      <input
        id="command-reason" autoFocus required maxLength={500} value={reason}
        onChange={(event) => setReason(event.target.value)}
      />
      <p className="fault" role="alert" data-testid="command-fault">{fault}</p>
      <div className="dialog-buttons">
        <button className="primary" type="submit" disabled={isBusy || reason.trim() === ""}>
          {isBusy ? "Asking…" : title}
        </button>
        <button className="quiet" type="button" onClick={onClose}>Cancel (Esc)</button>
      </div>
    </form>
  );
}

function ResumeText({ shown, epoch }: { shown: number; epoch: number }) {
  return (
    <>
      <p>
        Clears halt epoch <b data-testid="resume-epoch">{shown}</b> and leads to DEFENSIVE: only
        what reduces passes, until the evidence is clean.
      </p>
      {epoch !== shown && (
        <p className="fault" role="alert">
          Another halt came meanwhile (epoch {epoch}). Close this and look at it first.
        </p>
      )}
    </>
  );
}

function FlattenText({ session }: { session: Session }) {
  const mayAlways = session.roles.includes("risk_owner");
  return (
    <p>
      Cancels every order and closes every position with reducing orders, until the venue says flat.
      {!mayAlways && " An operator may do this while the desk is HALTED."}
    </p>
  );
}
