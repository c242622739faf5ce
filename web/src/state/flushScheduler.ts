/** When to show what has arrived: once a frame while the page is visible, soon where there are none. */

/** What a scheduler needs of its page. */
export interface PageClock {
  isHidden(): boolean;
  nextFrame(callback: () => void): () => void;
  soon(callback: () => void): () => void;
  /** Calls back when the page is shown or hidden. Returns what undoes it. */
  onVisibilityChange(callback: () => void): () => void;
}

export const browserPage: PageClock = {
  isHidden: () => document.hidden,
  nextFrame: (callback) => {
    const id = requestAnimationFrame(callback);
    return () => cancelAnimationFrame(id);
  },
  soon: (callback) => {
    const id = setTimeout(callback, 0);
    return () => clearTimeout(id);
  },
  onVisibilityChange: (callback) => {
    document.addEventListener("visibilitychange", callback);
    return () => document.removeEventListener("visibilitychange", callback);
  },
};

/** Joins any number of requests into one call of `flush`. */
export class FlushScheduler {
  private cancel: (() => void) | null = null;
  private readonly stopListening: () => void;

  constructor(
    private readonly flush: () => void,
    private readonly page: PageClock = browserPage,
  ) {
    // A frame that was asked for never comes once the page is hidden.
    this.stopListening = page.onVisibilityChange(() => {
      if (this.cancel !== null) this.run();
    });
  }

  request(): void {
    if (this.cancel !== null) return;
    const run = () => this.run();
    this.cancel = this.page.isHidden() ? this.page.soon(run) : this.page.nextFrame(run);
  }

  /** Flushes now if a flush was requested. */
  flushNow(): void {
    if (this.cancel !== null) this.run();
  }

  dispose(): void {
    this.cancel?.();
    this.cancel = null;
    this.stopListening();
  }

  private run(): void {
    this.cancel?.();
    this.cancel = null;
    this.flush();
  }
}
