import { MAX_BUNDLE_BYTES } from '@specwright/protocol/bundle.ts';
import type { RunStore } from './run-store.ts';

const PART_BYTES = 1_000_000;

/**
 * The run's commits as a git bundle, where no remote takes them: what another machine goes on from when this one is gone. The newest replaces
 * the one before, for each holds all. Cut into rows below the platform's limit.
 */
export class BundleShelf {
  private readonly store: RunStore;

  constructor(store: RunStore) {
    this.store = store;
  }

  /** Call it inside a transaction. False: it is larger than may be kept, and the one before stays. */
  keep(bytes: ArrayBuffer): boolean {
    if (bytes.byteLength > MAX_BUNDLE_BYTES) return false;
    this.clear();
    for (let at = 0; at < bytes.byteLength; at += PART_BYTES)
      this.store.write('INSERT INTO bundle VALUES (?, ?)', at / PART_BYTES, bytes.slice(at, at + PART_BYTES));
    return true;
  }

  read(): ArrayBuffer | null {
    const parts = this.store.read<{ bytes: ArrayBuffer }>('SELECT bytes FROM bundle ORDER BY part').map((row) => new Uint8Array(row.bytes));
    if (parts.length === 0) return null;
    const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of parts) {
      whole.set(part, at);
      at += part.length;
    }
    return whole.buffer;
  }

  clear(): void {
    this.store.write('DELETE FROM bundle');
  }
}
