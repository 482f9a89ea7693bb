import type { Link } from "../desk/desk";
import { age, clock } from "../format";
import type { Pulse } from "../live/pulse";
import { useTick } from "./useTick";

/** Full width: nobody may take old figures for new ones. */
export function LostBanner({ link, pulse }: { link: Link; pulse: Pulse }) {
  return link.kind === "lost" ? <Lost lostAt={link.lostAt} pulse={pulse} /> : null;
}

function Lost({ lostAt, pulse }: { lostAt: number; pulse: Pulse }) {
  useTick(100);
  return (
    <div className="lost" data-testid="lost">
      <strong role="alert">NO LIVE DATA since {clock(lostAt)} UTC — reconnecting</strong>
      <span>
        What you see is <b>{age(pulse.silence)}</b> old. Halt still tries, over HTTP.
      </span>
    </div>
  );
}
