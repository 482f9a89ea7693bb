import { useEffect, useReducer } from "react";

/** Draws the component again every so many milliseconds, for what changes by time alone. */
export function useTick(milliseconds: number): void {
  const [, tick] = useReducer((count: number) => count + 1, 0);
  useEffect(() => {
    const timer = window.setInterval(tick, milliseconds);
    return () => window.clearInterval(timer);
  }, [milliseconds]);
}
