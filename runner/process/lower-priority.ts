import { writeFileSync } from 'node:fs';
import { setPriority } from 'node:os';

const NICE = 10;

/**
 * Lets this process, and what it starts, give way to the runner, to a server beside it, and to whatever the machine's person does: the words
 * between runner and server are short, and everybody waits for them. It takes as much as is free. What the system refuses is left.
 */
export function lowerPriority(pid: number): void {
  attempt(() => setPriority(pid, NICE));
  // Where Linux groups by session, this alone counts between them.
  if (process.platform === 'linux') attempt(() => writeFileSync(`/proc/${pid}/autogroup`, String(NICE)));
}

function attempt(work: () => void): void {
  try {
    work();
  } catch {}
}
