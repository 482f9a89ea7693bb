import { useState, type FormEvent } from "react";
import { loginSentence } from "../api/sentences";
import { login } from "../api/titan";
import type { Session } from "../contract/operator";

interface Props {
  /** Why the last session ended, if it did not end by choice. */
  notice: string | null;
  onSession: (session: Session) => void;
}

export function Login({ notice, onSession }: Props) {
  const [operator, setOperator] = useState("");
  const [password, setPassword] = useState("");
  const [fault, setFault] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);

  async function submit(event: FormEvent) {
    event.preventDefault();
    if (isBusy) return;
    setBusy(true);
    setFault(null);
    const outcome = await login(operator, password);
    setBusy(false);
    if (outcome.kind === "answer") onSession(outcome.answer);
    else setFault(loginSentence(outcome));
  }

  return (
    <main className="login">
      <form className="login-form" onSubmit={(event) => void submit(event)} data-testid="login">
        <h1>Titan</h1>
        <p className="login-lead">Sign in to watch the desk, and to stop it.</p>
        {notice !== null && fault === null && <p className="notice" role="status">{notice}</p>}
        <label htmlFor="operator">Operator</label>
        <input
          id="operator" name="operator" autoComplete="username" autoFocus required maxLength={64}
          value={operator} onChange={(event) => setOperator(event.target.value)}
        />
        <label htmlFor="password">Password</label>
        <input
          id="password" name="password" type="password" autoComplete="current-password" required
          maxLength={256} value={password} onChange={(event) => setPassword(event.target.value)}
        />
        <p className="fault" role="alert" data-testid="login-fault">{fault}</p>
        <button className="primary" type="submit" disabled={isBusy}>
          {isBusy ? "Signing in…" : "Sign in"}
        </button>
      </form>
    </main>
  );
}
