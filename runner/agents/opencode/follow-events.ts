import { setTimeout as wait } from 'node:timers/promises';
import { deferred } from '../deferred.ts';
import type { Meaning, SessionReader } from './map-events.ts';
import type { OpencodeWire } from './wire.ts';

export interface Following {
  wire: OpencodeWire;
  sessionId: string;
  reader: SessionReader;
  /** Messages that were there before this task. */
  before: Set<string>;
  act(meaning: Meaning): void;
}

const RECONNECT_MS = 250;

/** Follows a session's events until the answer is called. Settles when the first connection stands, so that no event of a prompt is missed. */
export async function followEvents(following: Following): Promise<() => void> {
  const stopped = new AbortController();
  const standing = deferred<void>();
  void follow(following, stopped.signal, () => standing.resolve());
  await standing.promise;
  return () => stopped.abort();
}

async function follow(following: Following, signal: AbortSignal, stands: () => void): Promise<void> {
  for (let connection = 0; !signal.aborted; connection++) {
    try {
      let caughtUp = connection === 0;
      for await (const raw of following.wire.events(signal)) {
        // The first event says that the connection stands; what comes meanwhile waits, so nothing falls between the two.
        stands();
        if (!caughtUp) await catchUp(following);
        caughtUp = true;
        noteOwnMessage(raw, following.reader);
        for (const meaning of following.reader.read(raw)) following.act(meaning);
      }
    } catch {
      // A dropped connection, or a stop: the loop decides.
    }
    stands();
    if (!signal.aborted) await wait(RECONNECT_MS, undefined, { signal }).catch(() => {});
  }
}

/** There is no replay: what happened meanwhile is read from the session. */
async function catchUp(following: Following): Promise<void> {
  const { wire, sessionId, reader, before, act } = following;
  const busy = await wire.isBusy(sessionId);
  const messages = (await wire.messages(sessionId)).filter((message) => !before.has(message.info.id));
  for (const message of messages) {
    if (message.info.role === 'user') continue;
    for (const part of message.parts) for (const meaning of reader.readPart(part)) act(meaning);
  }
  for (const request of await wire.questions()) if (request.sessionID === sessionId) act({ kind: 'question', request });
  if (!busy && messages.at(-1)?.info.role === 'assistant') act({ kind: 'idle' });
}

/** The prompt comes back as a message of its own, whose parts are no words of the agent. */
function noteOwnMessage(raw: unknown, reader: SessionReader): void {
  const event = raw as { type?: string; properties?: { info?: { id?: string; role?: string } } };
  const info = event.properties?.info;
  if (event.type === 'message.updated' && info?.role === 'user' && info.id) reader.ignore(info.id);
}
