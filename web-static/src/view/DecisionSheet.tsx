import { useEffect, useRef, useState } from "react";
import { sentence } from "../api/sentences";
import { fetchDecision } from "../api/titan";
import type { Decision } from "../contract/decision";
import { useDesk, type Store } from "../desk/store";
import { DecisionDetail } from "./DecisionDetail";
import { leaveHash } from "./route";
import { useEscape } from "./useEscape";

interface Props {
  id: string;
  store: Store;
  token: string;
}

/** One decision over the board, beside Halt and never over it. Opened by the address. */
export function DecisionSheet({ id, store, token }: Props) {
  const inList = useDesk(store, (desk) => desk.decisions.find((one) => one.id === id) ?? null);
  const { decision, fault } = useDecision(id, inList, token);
  const sheet = useRef<HTMLElement>(null);
  useEscape(leaveHash);
  useEffect(() => sheet.current?.focus(), [id]);
  return (
    <section
      className="sheet" role="dialog" aria-label={`Decision ${id}`} tabIndex={-1} ref={sheet}
      data-testid="decision-sheet"
    >
      <header className="sheet-head">
        <h2>{id}</h2>
        <button className="quiet" onClick={leaveHash}>Close (Esc)</button>
      </header>
      {decision !== null && <DecisionDetail decision={decision} />}
      {decision === null && fault === null && <p className="nothing">Asking for it…</p>}
      {decision === null && fault !== null && <p className="fault" role="alert">{fault}</p>}
    </section>
  );
}

/** The decision of the list while it is there, else the one that the server keeps. */
function useDecision(id: string, inList: Decision | null, token: string) {
  const [known, setKnown] = useState<Decision | null>(inList);
  const [fault, setFault] = useState<string | null>(null);
  const isMissing = inList === null && known?.id !== id;

  useEffect(() => {
    if (inList !== null) setKnown(inList);
  }, [inList]);

  useEffect(() => {
    if (!isMissing) return;
    let isWanted = true;
    setFault(null);
    void fetchDecision(token, id).then((outcome) => {
      if (!isWanted) return;
      if (outcome.kind === "answer") setKnown(outcome.answer);
      else setFault(unavailable(id, outcome));
    });
    return () => { isWanted = false; };
  }, [id, isMissing, token]);

  return { decision: inList ?? (known?.id === id ? known : null), fault };
}

function unavailable(id: string, outcome: Parameters<typeof sentence>[0]): string {
  const isGone = outcome.kind === "refused" && outcome.problem.status === 404;
  if (!isGone) return sentence(outcome);
  const elsewhere = `If it is older, "titan why ${id}" reads it from the journal.`;
  return `The desk keeps no decision ${id} in memory. ${elsewhere}`;
}
