import { useEffect } from "react";

/** Escape does it, wherever the focus is. No other key of the console does anything by itself. */
export function useEscape(action: () => void): void {
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      if (event.key !== "Escape" || event.defaultPrevented) return;
      event.preventDefault();
      action();
    };
    window.addEventListener("keydown", listen);
    return () => window.removeEventListener("keydown", listen);
  }, [action]);
}
