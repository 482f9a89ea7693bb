import { useState } from "react";
import type { Session } from "../contract/operator";
import { useDesk, type Store } from "../desk/store";
import { CommandDialog } from "./CommandDialog";
import { HaltButton } from "./HaltButton";
import { Hashes } from "./Hashes";
import { Receipts } from "./Receipts";

interface Props {
  store: Store;
  session: Session;
  onLeave: (why: string | null) => void;
}

/** What a person may do to the desk. Nothing ever lies over this column. */
export function Controls({ store, session, onLeave }: Props) {
  const [asked, setAsked] = useState<"resume" | "flatten" | null>(null);
  const state = useDesk(store, (desk) => desk.breaker?.state ?? null);
  const signedOut = () => onLeave("Your session has ended. Sign in again, then halt.");
  return (
    <aside className="controls" aria-label="Operator">
      <HaltButton store={store} token={session.token} onSignedOut={signedOut} />
      <div className="lesser">
        <button
          onClick={() => setAsked("flatten")} disabled={asked !== null} data-testid="flatten"
        >
          Flatten
        </button>
        <button
          onClick={() => setAsked("resume")} disabled={asked !== null || state !== "HALTED"}
          title={state === "HALTED" ? undefined : "There is nothing to resume: not halted"}
          data-testid="resume"
        >
          Resume
        </button>
      </div>
      {asked !== null && (
        <CommandDialog
          action={asked} store={store} session={session} onClose={() => setAsked(null)}
          onSignedOut={signedOut}
        />
      )}
      <Receipts store={store} />
      <Hashes store={store} />
    </aside>
  );
}
