import {
  readFrame, topics,
  type ClientFrame, type ErrorFrame, type Frame, type Places, type Topic,
} from "../contract/envelope";
import { probeAfter, type Pulse } from "./pulse";
import { verify } from "./verify";

/** Pauses in milliseconds before each further attempt to connect; the last one repeats. */
const pauses = [50, 250, 500, 1_000, 2_000];
/** Milliseconds that an attempt may take; a server that is there answers much sooner. */
const openPatience = 3_000;
/** Milliseconds between two looks at the silence. */
const watchPause = 50;
/** Milliseconds by which a look may be late before the page itself is taken for the slow one. */
const lateMaximum = 200;

/** What the stream tells its owner. */
export interface Listener {
  frame(frame: Frame): void;
  misunderstood(error: ErrorFrame): void;
  opened(): void;
  lost(): void;
  /** An attempt failed before the connection stood: signed out, or nobody there. */
  failed(): void;
  /** A view's hash says that it is not what the server has. */
  differs(topic: Topic): void;
  places(): Places;
}

/**
 * The WebSocket that is always being had: silence or an end makes it connect again and take up each
 * topic after what has been seen.
 */
export class Stream {
  private socket: WebSocket | null = null;
  private attempts = 0;
  private timer = 0;
  private opening = 0;
  private looked = performance.now();
  private probed = 0;
  private readonly watch: number;

  constructor(
    private readonly token: string,
    private readonly pulse: Pulse,
    private readonly listener: Listener,
  ) {
    this.watch = window.setInterval(this.look, watchPause);
    window.addEventListener("offline", this.drop);
    window.addEventListener("online", this.hurry);
    this.connect();
  }

  close(): void {
    window.clearInterval(this.watch);
    window.clearTimeout(this.timer);
    window.removeEventListener("offline", this.drop);
    window.removeEventListener("online", this.hurry);
    this.release();
  }

  private readonly connect = (): void => {
    this.release();
    const address = new URL("/ws/v1/stream", window.location.href);
    address.protocol = address.protocol === "https:" ? "wss:" : "ws:";
    const socket = new WebSocket(address, ["titan.v1", `bearer.${this.token}`]);
    this.socket = socket;
    let stood = false;
    this.opening = window.setTimeout(this.drop, openPatience);
    socket.onopen = () => {
      window.clearTimeout(this.opening);
      stood = true;
      this.pulse.open();
      const places = this.listener.places();
      for (const topic of topics) this.subscribe(topic, places);
      this.listener.opened();
    };
    socket.onmessage = (message: MessageEvent<unknown>) => this.receive(message.data);
    socket.onclose = () => {
      if (!stood) this.listener.failed();
      this.drop();
    };
  };

  /** Health is always asked for whole: its snapshot is the first sign that the stream is live. */
  private subscribe(topic: Topic, places: Places): void {
    const after = topic === "health" ? undefined : places[topic];
    this.say(after === undefined ? { op: "subscribe", topic } : { op: "subscribe", topic, after });
  }

  private say(frame: ClientFrame): void {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(frame));
  }

  private receive(text: unknown): void {
    if (typeof text !== "string") return;
    const frame = readFrame(text);
    if (frame === null) return;
    this.attempts = 0;
    this.pulse.beat();
    if (frame.kind === "error") return this.listener.misunderstood(frame);
    this.listener.frame(frame);
    if (frame.hash !== undefined) void this.check(text, frame.hash, frame.topic);
  }

  /** A view that differs is taken anew, whole. */
  private async check(text: string, hash: string, topic: Topic): Promise<void> {
    if ((await verify(text, hash)) !== "differs") return;
    this.listener.differs(topic);
    this.say({ op: "subscribe", topic });
  }

  /** Asks a quiet server for a small snapshot; takes a silent one for gone. */
  private readonly look = (): void => {
    const pause = performance.now() - this.looked;
    this.looked = performance.now();
    if (this.socket?.readyState !== WebSocket.OPEN) return;
    // A page that was held up has messages waiting behind this very look: they come first.
    if (pause > watchPause + lateMaximum) return;
    if (this.pulse.isLost) this.drop();
    else if (this.pulse.quiet > probeAfter) this.probe();
  };

  private probe(): void {
    if (performance.now() - this.probed < probeAfter) return;
    this.probed = performance.now();
    this.say({ op: "subscribe", topic: "health" });
  }

  private readonly drop = (): void => {
    this.release();
    this.listener.lost();
    window.clearTimeout(this.timer);
    const pause = pauses[Math.min(this.attempts, pauses.length - 1)] ?? 0;
    this.attempts += 1;
    this.timer = window.setTimeout(this.connect, pause);
  };

  private readonly hurry = (): void => {
    if (this.socket?.readyState === WebSocket.OPEN) return;
    this.attempts = 0;
    window.clearTimeout(this.timer);
    this.connect();
  };

  /** Lets go of the socket; its later events reach nobody. */
  private release(): void {
    window.clearTimeout(this.opening);
    const socket = this.socket;
    this.socket = null;
    if (socket === null) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
  }
}
