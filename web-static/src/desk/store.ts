import { useSyncExternalStore } from "react";
import { emptyDesk, type Desk } from "./desk";
import { reduce, type Event } from "./reduce";

/** Milliseconds between two updates of a page that nobody sees: it gets no animation frames. */
const hiddenPause = 250;
/** Events that may wait for a frame; a page put to sleep must not collect them without end. */
const waitingMaximum = 512;

/**
 * Holds the picture and tells the page about changes, once a frame of the screen however many
 * events came in between.
 */
export class Store {
  private desk = emptyDesk;
  private drawn = emptyDesk;
  private waiting: Event[] = [];
  private isDue = false;
  private readonly readers = new Set<() => void>();

  /** The picture with every event so far. */
  get latest(): Desk {
    this.desk = this.waiting.reduce(reduce, this.desk);
    this.waiting = [];
    return this.desk;
  }

  put(event: Event): void {
    this.waiting.push(event);
    if (this.waiting.length >= waitingMaximum) void this.latest;
    if (this.isDue) return;
    this.isDue = true;
    if (document.hidden) setTimeout(this.draw, hiddenPause);
    else requestAnimationFrame(this.draw);
  }

  /** Shows at once what must not wait for the next frame. */
  putNow(event: Event): void {
    this.waiting.push(event);
    this.draw();
  }

  readonly subscribe = (reader: () => void): (() => void) => {
    this.readers.add(reader);
    return () => this.readers.delete(reader);
  };

  readonly shown = (): Desk => this.drawn;

  private readonly draw = (): void => {
    this.isDue = false;
    if (this.drawn === this.latest) return;
    this.drawn = this.desk;
    for (const reader of this.readers) reader();
  };
}

/** One part of the picture; the component is drawn again only when that part changes. */
export function useDesk<Part>(store: Store, part: (desk: Desk) => Part): Part {
  return useSyncExternalStore(store.subscribe, () => part(store.shown()));
}
