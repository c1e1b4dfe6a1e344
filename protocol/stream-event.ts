/** The events of `POST /api/specs/:id/run-all` (server-sent events, and the same names for programs): each with its number and time. */
export type StreamEvent = { seq: number; timestamp: number } & (
  | { event: 'chunk_start'; data: { chunkId: string; title: string; index: number; total: number } }
  | { event: 'tool_call'; data: { chunkId: string; tool: string; status: string; input: string } }
  | { event: 'chunk_complete'; data: { chunkId: string; output: string } }
  | { event: 'review_start'; data: { chunkId: string } }
  | { event: 'review_complete'; data: { chunkId: string; status: 'pass' | 'needs_fix' | 'fail'; feedback: string; fixChunkId?: string } }
  | { event: 'fix_chunk_start'; data: { chunkId: string; title: string } }
  | { event: 'fix_chunk_complete'; data: { chunkId: string } }
  | { event: 'error'; data: { chunkId: string | null; message: string } }
  | { event: 'all_complete'; data: { specId: string; passed: number; failed: number; fixes: number } }
  | { event: 'stopped'; data: { reason: string } }
);
