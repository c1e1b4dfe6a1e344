import { z } from 'zod';
import type { StoredEvent } from './run-event.ts';
import type { RunState } from './run-state.ts';
import type { TextFrame } from './runner-up.ts';

/** The socket's end when its person may no longer see the run: opening it again is answered like any other call. */
export const REVOKED = 4003;

/** What a run says to a page on its socket. */
export type PageDown =
  /** First on every socket. A page of another build reloads and keeps its drafts. */
  | { type: 'greeting'; build: string; wire: number; runId: string; seq: number }
  /** The state at `state.seq`, and up to 200 events before it, for a page that joins or fell more than 2,000 behind. */
  | { type: 'state'; state: RunState; recent: StoredEvent[] }
  | { type: 'events'; events: StoredEvent[] }
  | TextFrame
  /** More than 1,000 events went unacknowledged; the socket closes: open it again with the last number seen. */
  | { type: 'resync' };

/** What a page says: the last number it has folded. The text `ping` is answered `pong` by the platform. */
export const pageUpSchema = z.object({ type: z.literal('ack'), seq: z.number().int().nonnegative() });
export type PageUp = z.infer<typeof pageUpSchema>;
