import type { PulledMessage } from '@specwright/protocol/pull.ts';
import type { Entry } from './dispatch-state.ts';

/** An entry as the Cloudflare Queues pull protocol carries a JSON message: its body in base64. */
export function pulledMessage(entry: Entry): PulledMessage {
  return {
    id: entry.messageId,
    body: base64(JSON.stringify(entry.need)),
    timestamp_ms: entry.addedAt,
    attempts: entry.attempts,
    lease_id: entry.leaseId ?? '',
    metadata: { 'CF-Content-Type': 'json' },
  };
}

function base64(text: string): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)));
}
