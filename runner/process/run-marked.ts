import { StringDecoder } from 'node:string_decoder';
import type { Mask } from '../masking/mask.ts';
import { type SpawnOptions, spawnMarked, sweepGroup } from './marked-process.ts';

export interface RunOptions extends Omit<SpawnOptions, 'onStdout' | 'onStderr' | 'openInput'> {
  timeoutMs: number;
  /** UTF-16 units of output that are kept: its first and its last half. */
  maxOutputChars: number;
  signal: AbortSignal;
  /** The output as it comes, decoded and masked. */
  onOutput?(text: string): void;
  /** Masks each of the two outputs before anything of it is kept, cut or told. */
  mask?: Mask;
}

export interface RunResult {
  /** Null: it was ended by a signal, or never began. */
  exitCode: number | null;
  /** Standard output and standard error together, as they came. */
  output: string;
  durationMs: number;
  timedOut: boolean;
  /** True when the middle of the output was left out. */
  cut: boolean;
  aborted: boolean;
  /** Why it never began (`ENOENT`, ...); null: it began. */
  spawnError: string | null;
}

/** Runs a process to its end, or to its time limit, or until `signal`; then nothing of its group or descent is left alive. */
export async function runMarked(options: RunOptions): Promise<RunResult> {
  const begun = performance.now();
  const kept = keepEnds(options.maxOutputChars);
  const tell = (text: string) => {
    if (text === '') return;
    kept.add(text);
    options.onOutput?.(text);
  };
  const outputs = [readOutput(options.mask, tell), readOutput(options.mask, tell)] as const;
  let timedOut = false;
  let killing: Promise<void> | null = null;
  const child = spawnMarked({ ...options, onStdout: outputs[0].write, onStderr: outputs[1].write });
  const end = () => {
    killing ??= child.kill();
  };
  const timer = setTimeout(() => {
    timedOut = true;
    end();
  }, options.timeoutMs);
  if (options.signal.aborted) end();
  options.signal.addEventListener('abort', end, { once: true });
  const exit = await child.exited;
  clearTimeout(timer);
  options.signal.removeEventListener('abort', end);
  sweepGroup(child.pid);
  if (killing !== null) await killing;
  for (const output of outputs) output.end();
  const { text, cut } = kept.read();
  const aborted = options.signal.aborted;
  const durationMs = performance.now() - begun;
  return { exitCode: exit.code, output: text, durationMs, timedOut, cut, aborted, spawnError: exit.spawnError };
}

function readOutput(mask: Mask | undefined, tell: (text: string) => void) {
  const decoder = new StringDecoder('utf8');
  const stream = mask?.stream() ?? null;
  const shown = (text: string) => (stream === null ? text : stream.write(text));
  return {
    write: (chunk: Buffer) => tell(shown(decoder.write(chunk))),
    end: () => tell(shown(decoder.end()) + (stream?.end() ?? '')),
  };
}

interface KeptEnds {
  add(text: string): void;
  read(): { text: string; cut: boolean };
}

/** Keeps the first and the last half of a stream of text in bounded memory. */
export function keepEnds(maxChars: number): KeptEnds {
  const half = Math.floor(maxChars / 2);
  let head = '';
  let tail = '';
  let total = 0;
  return {
    add(text) {
      total += text.length;
      const room = half - head.length;
      if (room > 0) head += text.slice(0, room);
      const rest = room > 0 ? text.slice(room) : text;
      if (rest.length >= half) tail = rest.slice(-half);
      else if (rest.length > 0) tail = (tail + rest).slice(-half);
    },
    read() {
      const left = total - head.length - tail.length;
      if (left <= 0) return { text: head + tail, cut: false };
      return { text: `${head}\n[${left} characters left out]\n${tail}`, cut: true };
    },
  };
}
