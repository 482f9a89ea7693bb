/** Milliseconds of silence after which the server is asked whether it is there. */
export const probeAfter = 300;
/** Milliseconds of silence after which what is shown is no longer called live. */
export const lostAfter = 800;
/** The same for a page that nobody sees: the browser lets its timers run late. */
export const lostAfterHidden = 5_000;

/** When the server was last heard, by a clock that never steps and by one that people read. */
export class Pulse {
  private steady = performance.now();
  private wall = Date.now();

  private opened = 0;

  /** A connection stands; the server now has its time to say something. Nothing is newer for it. */
  open(): void {
    this.opened = performance.now();
  }

  beat(): void {
    this.steady = performance.now();
    this.wall = Date.now();
  }

  /** Milliseconds since the last message: the age of what is shown. */
  get silence(): number {
    return performance.now() - this.steady;
  }

  /** Milliseconds since 1970 of the last message. */
  get lastHeard(): number {
    return this.wall;
  }

  /** Milliseconds for which this connection has been silent. */
  get quiet(): number {
    return performance.now() - Math.max(this.steady, this.opened);
  }

  get isLost(): boolean {
    return this.quiet > (document.hidden ? lostAfterHidden : lostAfter);
  }
}
