import type { StoredEvent } from '@specwright/protocol/run-event.ts';
import type { RunState } from '@specwright/protocol/run-state.ts';
import { createLogUpdate } from 'log-update';
import { eventAsLine, runAsList } from './run-lines.ts';

/** Shows a run in a terminal: a list that updates in place, or plain lines where the output is no terminal. */
export interface LiveView {
  onEvent(event: StoredEvent): void;
  onState(state: RunState): void;
  onConnection(connected: boolean): void;
  /** Leaves the last picture standing. */
  end(): void;
}

export function liveView(stream: NodeJS.WriteStream): LiveView {
  return stream.isTTY ? listThatUpdates(stream) : plainLines(stream);
}

function listThatUpdates(stream: NodeJS.WriteStream): LiveView {
  const update = createLogUpdate(stream);
  let state: RunState | null = null;
  let lost = false;
  const draw = () => {
    if (!state) return;
    const list = runAsList(state, stream.columns || 80, Date.now());
    update(lost ? `${list}\n  Connection lost. Reconnecting…` : list);
  };
  const clock = setInterval(draw, 1000);
  return {
    onEvent: () => {},
    onState: (next) => {
      state = next;
      draw();
    },
    onConnection: (connected) => {
      lost = !connected;
      draw();
    },
    end: () => {
      clearInterval(clock);
      draw();
      update.done();
    },
  };
}

function plainLines(stream: NodeJS.WriteStream): LiveView {
  let waiting: StoredEvent[] = [];
  return {
    onEvent: (event) => waiting.push(event),
    onState: (state) => {
      for (const event of waiting) {
        const line = eventAsLine(event, state);
        if (line) stream.write(`${line}\n`);
      }
      waiting = [];
    },
    onConnection: (connected) => {
      if (!connected) stream.write('Connection lost. Reconnecting…\n');
    },
    end: () => {},
  };
}
