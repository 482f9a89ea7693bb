import { useEffect, useState } from "react";
import type { Session } from "../contract/operator";
import { Store, useDesk } from "../desk/store";
import { Feed } from "../live/feed";
import { Answer } from "./Answer";
import { Budgets } from "./Budgets";
import { Controls } from "./Controls";
import { DecisionSheet } from "./DecisionSheet";
import { Decisions } from "./Decisions";
import { LostBanner } from "./LostBanner";
import { Orders } from "./Orders";
import { Positions } from "./Positions";
import { decisionInHash, useHash } from "./route";
import { TopBar } from "./TopBar";
import { Truth } from "./Truth";

interface Props {
  session: Session;
  onLeave: (why: string | null) => void;
}

/** The instrument panel of one session. */
export function Console({ session, onLeave }: Props) {
  const [store] = useState(() => new Store());
  const [feed, setFeed] = useState<Feed | null>(null);
  const link = useDesk(store, (desk) => desk.link);
  const opened = decisionInHash(useHash());

  useEffect(() => {
    const ended = () => onLeave("Your session has ended. Sign in again.");
    const feed = new Feed(session.token, store, ended);
    setFeed(feed);
    return () => feed.close();
  }, [session.token, store]);

  if (feed === null) return null;
  const isLive = link.kind === "live";
  return (
    <div className={isLive ? "console" : "console is-stale"} data-testid="console">
      <TopBar store={store} pulse={feed.pulse} session={session} onLeave={() => onLeave(null)} />
      <LostBanner link={link} pulse={feed.pulse} />
      <main className="board">
        <Answer store={store} />
        <Truth store={store} />
        <Decisions store={store} opened={opened} />
        <div className="books">
          <Budgets store={store} />
          <Positions store={store} />
          <Orders store={store} />
        </div>
        {opened !== null && <DecisionSheet id={opened} store={store} token={session.token} />}
      </main>
      <Controls store={store} session={session} onLeave={onLeave} />
    </div>
  );
}
