import { useSyncExternalStore } from "react";

/** The part of the address behind the page: which decision is open. It survives a reload. */
export function useHash(): string {
  return useSyncExternalStore(
    (changed) => {
      window.addEventListener("hashchange", changed);
      return () => window.removeEventListener("hashchange", changed);
    },
    () => window.location.hash,
  );
}

export function decisionHash(id: string): string {
  return `#/decisions/${id}`;
}

/** The id in `#/decisions/dec-…`; `null` when the address names none. */
export function decisionInHash(hash: string): string | null {
  return /^#\/decisions\/([A-Za-z0-9-]{1,64})$/.exec(hash)?.[1] ?? null;
}

/** Closes what the address opened. */
export function leaveHash(): void {
  window.location.hash = "#/";
}
