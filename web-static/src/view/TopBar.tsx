import type { Session } from "../contract/operator";
import { useDesk, type Store } from "../desk/store";
import { age, clock } from "../format";
import type { Pulse } from "../live/pulse";
import { useTick } from "./useTick";

interface Props {
  store: Store;
  pulse: Pulse;
  session: Session;
  onLeave: () => void;
}

const tick = 100;
/** Milliseconds before its end at which a session says so. */
const endingSoon = 10 * 60_000;

export function TopBar({ store, pulse, session, onLeave }: Props) {
  const mode = useDesk(store, (desk) => desk.mode);
  const warning = useDesk(store, (desk) => desk.warning);
  return (
    <header className="topbar">
      <span className="brand">Titan</span>
      <span className={`mode mode-${mode ?? "none"}`} data-testid="mode" aria-label="Mode">
        {mode?.toUpperCase() ?? "MODE UNKNOWN"}
      </span>
      <LinkState store={store} pulse={pulse} />
      {warning !== null && (
        <span className="topbar-warning" role="alert">
          {warning}{" "}
          <button onClick={() => store.putNow({ kind: "warning", text: null })}>Dismiss</button>
        </span>
      )}
      <span className="topbar-space" />
      <SessionEnd session={session} />
      <span className="operator" data-testid="operator">
        {session.operator_id} <small>{session.roles.join(", ").replace(/_/g, " ")}</small>
      </span>
      <button className="quiet" onClick={onLeave} data-testid="sign-out">Sign out</button>
    </header>
  );
}

/** Whether the stream stands, and how old what is shown is, in tenths of a second. */
function LinkState({ store, pulse }: Pick<Props, "store" | "pulse">) {
  useTick(tick);
  const kind = useDesk(store, (desk) => desk.link.kind);
  const text = { live: "Live", connecting: "Connecting…", lost: "No connection" }[kind];
  return (
    <span className={`link link-${kind}`} data-testid="link" data-link={kind}>
      <span className="link-mark" aria-hidden="true">{kind === "live" ? "●" : "✕"}</span>
      <span role="status">{text}</span>
      <span className="link-age">data age <b data-testid="age">{age(pulse.silence)}</b></span>
    </span>
  );
}

function SessionEnd({ session }: Pick<Props, "session">) {
  useTick(10_000);
  if (new Date(session.expires_at).getTime() - Date.now() > endingSoon) return null;
  return <span className="topbar-ending">Session ends {clock(session.expires_at)} UTC</span>;
}
