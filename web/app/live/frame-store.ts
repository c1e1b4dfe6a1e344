interface FrameStoreOptions {
  /** Somebody listens; nobody does any more. */
  wake(): void;
  sleep(): void;
  /** The page is seen again, or the network is back. */
  hurry(): void;
  /** Makes what is shown. */
  draw(): void;
  /** After the listeners have heard of it. */
  drawn?(): void;
}

/** What React subscribes to: awake while somebody listens, and told of changes at most once a frame. */
export class FrameStore {
  private readonly options: FrameStoreOptions;
  private readonly listeners = new Set<() => void>();
  private frame = 0;

  constructor(options: FrameStoreOptions) {
    this.options = options;
  }

  get isHeard(): boolean {
    return this.listeners.size > 0;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    if (!this.isHeard) this.wake();
    this.listeners.add(listener);
    return () => {
      this.listeners.delete(listener);
      if (!this.isHeard) this.sleep();
    };
  };

  changed(): void {
    if (this.frame !== 0) return;
    this.frame = requestAnimationFrame(() => {
      this.frame = 0;
      this.options.draw();
      for (const listener of this.listeners) listener();
      this.options.drawn?.();
    });
  }

  private readonly hurry = (): void => {
    if (document.visibilityState === 'visible') this.options.hurry();
  };

  private wake(): void {
    this.options.wake();
    window.addEventListener('online', this.hurry);
    document.addEventListener('visibilitychange', this.hurry);
  }

  private sleep(): void {
    this.options.sleep();
    cancelAnimationFrame(this.frame);
    this.frame = 0;
    window.removeEventListener('online', this.hurry);
    document.removeEventListener('visibilitychange', this.hurry);
  }
}
