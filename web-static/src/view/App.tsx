import { useState } from "react";
import { forgetSession, keepSession, keptSession } from "../api/session";
import type { Session } from "../contract/operator";
import { Console } from "./Console";
import { Login } from "./Login";

/** The login or the console, by whether there is a session. */
export function App() {
  const [session, setSession] = useState(keptSession);
  const [notice, setNotice] = useState<string | null>(null);

  function enter(fresh: Session) {
    keepSession(fresh);
    setNotice(null);
    setSession(fresh);
  }

  function leave(why: string | null) {
    forgetSession();
    setNotice(why);
    setSession(null);
  }

  if (session === null) return <Login notice={notice} onSession={enter} />;
  return <Console key={session.token} session={session} onLeave={leave} />;
}
