import { fetchDecisions, fetchState } from "../api/titan";
import { isSignedOut } from "../api/sentences";
import type { ErrorFrame, Frame, Places, Topic } from "../contract/envelope";
import { decisionsMaximum } from "../desk/desk";
import type { Store } from "../desk/store";
import { Pulse } from "./pulse";
import { Stream, type Listener } from "./stream";

/** Joins the stream, the few reads beside it, and the store. Lives as long as a session. */
export class Feed implements Listener {
  readonly pulse = new Pulse();
  private readonly stream: Stream;
  private isClosed = false;

  constructor(
    private readonly token: string,
    private readonly store: Store,
    private readonly signedOut: () => void,
  ) {
    this.stream = new Stream(token, this.pulse, this);
  }

  close(): void {
    this.isClosed = true;
    this.stream.close();
  }

  frame(frame: Frame): void {
    this.store.put({ kind: "frame", frame });
    if (frame.topic === "decisions" && frame.kind === "not_recovered") void this.list();
  }

  misunderstood({ code, message }: ErrorFrame): void {
    this.store.put({ kind: "warning", text: `The stream refused a message (${code}): ${message}` });
  }

  opened(): void {
    void this.list();
    void this.read();
  }

  lost(): void {
    this.store.putNow({ kind: "lost", lostAt: this.pulse.lastHeard });
  }

  /** A browser does not say why a WebSocket was refused; a plain request does. */
  failed(): void {
    void this.read();
  }

  differs(topic: Topic): void {
    const text = `The view of ${topic} differed from the server's; it was taken anew.`;
    this.store.put({ kind: "warning", text });
  }

  places(): Places {
    return this.store.latest.places;
  }

  /** What came before the first delta. */
  private async list(): Promise<void> {
    const outcome = await fetchDecisions(this.token, decisionsMaximum);
    if (this.isClosed || outcome.kind !== "answer") return;
    this.store.put({ kind: "decisions", decisions: outcome.answer.decisions });
  }

  private async read(): Promise<void> {
    const outcome = await fetchState(this.token);
    if (this.isClosed) return;
    if (outcome.kind === "answer") this.store.put({ kind: "state", state: outcome.answer });
    if (outcome.kind === "refused" && isSignedOut(outcome.problem)) this.signedOut();
  }
}
