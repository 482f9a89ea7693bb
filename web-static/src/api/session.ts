import type { Session } from "../contract/operator";

const name = "titan.session";

/** The session of this tab; it ends with the tab, or when the server says so. */
export function keptSession(): Session | null {
  const text = sessionStorage.getItem(name);
  if (text === null) return null;
  try {
    const session = JSON.parse(text) as Session;
    return typeof session.token === "string" ? session : null;
  } catch {
    return null;
  }
}

export function keepSession(session: Session): void {
  sessionStorage.setItem(name, JSON.stringify(session));
}

export function forgetSession(): void {
  sessionStorage.removeItem(name);
}
