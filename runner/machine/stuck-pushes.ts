/** Repositories that this machine cannot push to: what it would do there would stay here. Each is tried again by itself. */
export interface StuckPushes {
  /** A push ended: why it could not be done, or null. `tryAgain` pushes nothing, and says whether it could. */
  note(repositoryKey: string, trouble: string | null, tryAgain: () => Promise<boolean>): void;
  /** What the server must know: no more work of these. */
  faults(): { kind: string; message: string; since: number }[];
  /** Tries those again whose time has come; `all`: every one, for a person has asked. */
  check(all: boolean): Promise<void>;
}

/** @param againMs between two tries of one repository. */
export function makeStuckPushes(options: { monotonic(): number; againMs: number; onChange(): void }): StuckPushes {
  const { monotonic, againMs, onChange } = options;
  const stuck = new Map<string, { message: string; since: number; triedAt: number; tryAgain(): Promise<boolean> }>();
  return {
    note(key, trouble, tryAgain) {
      const before = stuck.get(key);
      if (trouble !== null) stuck.set(key, { message: trouble, since: before?.since ?? monotonic(), triedAt: monotonic(), tryAgain });
      else stuck.delete(key);
      if ((before === undefined) !== (trouble === null)) onChange();
    },
    faults: () => [...stuck].map(([key, { message, since }]) => ({ kind: `repository:${key}`, message: message.slice(0, 500), since })),
    async check(all) {
      for (const [key, one] of [...stuck]) {
        if (!all && monotonic() - one.triedAt < againMs) continue;
        one.triedAt = monotonic();
        if ((await one.tryAgain()) && stuck.get(key) === one) stuck.delete(key);
      }
    },
  };
}
