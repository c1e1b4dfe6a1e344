/** A client's end of a WebSocket, for tests: frames are awaited by type, in their order. */
export class Line<Frame extends { type: string }> {
  readonly closed: Promise<void>;
  private readonly socket: WebSocket;
  private readonly frames: Frame[] = [];
  private wake: () => void = () => {};

  constructor(socket: WebSocket | null) {
    if (socket === null) throw new Error('the server did not open a socket');
    this.socket = socket;
    socket.accept();
    socket.addEventListener('message', (event) => {
      this.frames.push(JSON.parse(event.data as string));
      this.wake();
    });
    this.closed = new Promise((resolve) => socket.addEventListener('close', () => resolve()));
  }

  say(frame: object): void {
    this.socket.send(JSON.stringify(frame));
  }

  close(): void {
    this.socket.close(1000, 'done');
  }

  /** The next frame of one of these types; frames before it are passed over. */
  async next<T extends Frame['type']>(...types: T[]): Promise<Extract<Frame, { type: T }>> {
    for (;;) {
      const frame = this.frames.shift();
      if (frame !== undefined && (types as string[]).includes(frame.type)) return frame as Extract<Frame, { type: T }>;
      if (frame === undefined)
        await new Promise<void>((resolve) => {
          this.wake = resolve;
        });
    }
  }
}
