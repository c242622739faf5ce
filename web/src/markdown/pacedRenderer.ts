/** Bounds what rendering may cost: a slow flush is followed by a pause six times as long. */

export interface Clock {
  /** Milliseconds, monotonic. */
  now(): number;
  /** Calls back after `ms`; returns what undoes it. */
  after(ms: number, callback: () => void): () => void;
}

export const browserClock: Clock = {
  now: () => performance.now(),
  after: (ms, callback) => {
    const id = setTimeout(callback, ms);
    return () => clearTimeout(id);
  },
};

interface Renderer {
  push(text: string): void;
  finish(): void;
}

const freeMs = 3;
const pauseFactor = 6;
const pauseMsMax = 1000;

/**
 * Passes text on at once, except after a flush that took longer than 3 ms: then text gathers for
 * six times that (at most 1 s) and is passed on in one piece. So rendering takes at most about a
 * seventh of the time, whatever the document is.
 */
export class PacedRenderer {
  private waiting = "";
  private cancelPause: (() => void) | null = null;

  constructor(
    private readonly renderer: Renderer,
    private readonly clock: Clock = browserClock,
  ) {}

  push(text: string): void {
    this.waiting += text;
    if (this.cancelPause === null) this.flush();
  }

  /** Passes on what waits and ends the text, at once. */
  finish(): void {
    this.dispose();
    if (this.waiting !== "") this.renderer.push(this.waiting);
    this.waiting = "";
    this.renderer.finish();
  }

  /** Stops without showing what waits. */
  dispose(): void {
    this.cancelPause?.();
    this.cancelPause = null;
  }

  private flush(): void {
    if (this.waiting === "") return;
    const text = this.waiting;
    this.waiting = "";
    const started = this.clock.now();
    this.renderer.push(text);
    const tookMs = this.clock.now() - started;
    if (tookMs <= freeMs) return;
    this.cancelPause = this.clock.after(Math.min(tookMs * pauseFactor, pauseMsMax), () => {
      this.cancelPause = null;
      this.flush();
    });
  }
}
