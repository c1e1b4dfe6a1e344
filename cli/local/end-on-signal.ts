const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Ends in order at the first signal, at once at the second. The process exits with `code` when all is ended, with 1 when that failed. */
export function endOnSignal(stop: () => Promise<void>, options: { code: number; say(line: string): void }): void {
  let stopping = false;
  for (const signal of SIGNALS) {
    process.on(signal, () => {
      if (stopping) process.exit(1);
      stopping = true;
      options.say('\nStopping…');
      stop().then(
        () => process.exit(options.code),
        () => process.exit(1),
      );
    });
  }
}

/** Takes away what a library does at a signal: it would end the process before the runner has ended its agents. */
export function withoutSignalsOf<T>(make: () => T): T {
  const before = new Map(SIGNALS.map((signal) => [signal, new Set(process.listeners(signal))]));
  const made = make();
  for (const signal of SIGNALS)
    for (const listener of process.listeners(signal)) if (!before.get(signal)?.has(listener)) process.removeListener(signal, listener);
  return made;
}
