import type { FailureCode } from '@specwright/protocol/runner-fact.ts';
import type { Usage } from '@specwright/protocol/usage.ts';
import type { AgentEnd, AgentEvent, AgentLimits } from './agent.ts';

/** Why a task must end now. */
export interface Trip {
  status: AgentEnd['status'];
  code: FailureCode | null;
  message: string;
}

export interface Clock {
  /** Milliseconds; only differences mean something. */
  now(): number;
  /** Calls `then` once after `ms`; the answer cancels it. */
  later(ms: number, then: () => void): () => void;
}

export const machineClock: Clock = {
  now: () => performance.now(),
  later: (ms, then) => {
    const timer = setTimeout(then, Math.min(ms, 2 ** 31 - 1));
    return () => clearTimeout(timer);
  },
};

export interface LimitWatch {
  /** Every event of the agent goes through here; heartbeats do not. */
  saw(event: AgentEvent): void;
  /** Bytes of raw output, for agents whose output is not made of events. */
  wrote(bytes: number): void;
  /** Deadline and silence stand until this has settled. */
  waitFor<T>(work: Promise<T>): Promise<T>;
  stop(): void;
}

/** Watches one task. `onTrip` is called at most once, with the first limit that was passed. */
export function watchLimits(limits: AgentLimits, onTrip: (trip: Trip) => void, clock: Clock = machineClock): LimitWatch {
  let begun = clock.now();
  let lastEventAt = begun;
  let waits = 0;
  let waitsSince = begun;
  let quietUntil = begun;
  let bytes = 0;
  let over = false;
  const trip = (found: Trip | null) => {
    if (found === null || over) return;
    stop();
    onTrip(found);
  };
  const look = () => {
    const now = clock.now();
    const deadline = begun + limits.deadlineMs;
    const silentAt = Math.max(lastEventAt, quietUntil) + limits.silentMs;
    if (now >= deadline) return trip(timeout(limits.deadlineMs));
    if (now >= silentAt) return trip(silent(limits.silentMs));
    cancel = clock.later(Math.max(1, Math.min(deadline, silentAt) - now), look);
  };
  let cancel = clock.later(Math.min(limits.deadlineMs, limits.silentMs), look);
  const stop = () => {
    over = true;
    cancel();
  };
  const waitFor = async <T>(work: Promise<T>): Promise<T> => {
    if (waits++ === 0) {
      waitsSince = clock.now();
      cancel();
    }
    try {
      return await work;
    } finally {
      if (--waits === 0) goOn();
    }
  };
  const goOn = () => {
    if (over) return;
    const stood = clock.now() - waitsSince;
    begun += stood;
    lastEventAt += stood;
    quietUntil += stood;
    look();
  };
  const wrote = (count: number) => {
    bytes += count;
    lastEventAt = clock.now();
    if (bytes > limits.outputBytes) trip(flooded(limits.outputBytes));
  };
  const saw = (event: AgentEvent) => {
    wrote(sizeOf(event));
    // A provider that asked to wait explains the silence until then.
    if (event.kind === 'retry') quietUntil = clock.now() + (event.waitMs ?? 0);
    if (event.kind === 'usage') trip(overUsage(event.usage, limits));
  };
  return { saw, wrote, waitFor, stop };
}

function overUsage(usage: Usage, limits: AgentLimits): Trip | null {
  const tokens = usage.inputTokens + usage.outputTokens;
  if (limits.costMicros !== null && usage.costMicros !== null && usage.costMicros > limits.costMicros)
    return {
      status: 'over_budget',
      code: null,
      message: `The call cost ${dollars(usage.costMicros)} of at most ${dollars(limits.costMicros)}.`,
    };
  if (limits.tokens !== null && tokens > limits.tokens)
    return { status: 'over_budget', code: null, message: `The call used ${tokens} of at most ${limits.tokens} tokens.` };
  if (usage.steps > limits.steps)
    return { status: 'failed', code: 'AGENT_STEP_LIMIT', message: `The agent took more than ${limits.steps} model turns.` };
  return null;
}

function timeout(ms: number): Trip {
  return { status: 'failed', code: 'AGENT_TIMEOUT', message: `The agent did not end within ${seconds(ms)}.` };
}

function silent(ms: number): Trip {
  return { status: 'failed', code: 'AGENT_SILENT', message: `Nothing was heard of the agent for ${seconds(ms)}.` };
}

function flooded(bytes: number): Trip {
  return { status: 'failed', code: 'AGENT_FLOODED', message: `The agent wrote more than ${Math.round(bytes / 1024)} KiB of output.` };
}

function sizeOf(event: AgentEvent): number {
  if (event.kind === 'text') return event.delta.length;
  return event.kind === 'tool' ? event.input.length : 0;
}

function dollars(micros: number): string {
  return `$${(micros / 1_000_000).toFixed(4)}`;
}

function seconds(ms: number): string {
  return ms < 1000 ? `${ms} ms` : `${Math.round(ms / 1000)} s`;
}
