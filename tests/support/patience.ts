import { vi } from 'vitest';

/** What is waited for comes late on a busy machine; left alone, `vi.waitFor` and `vi.waitUntil` give up after a second. */
const PATIENCE = { timeout: 15_000 };

const { waitFor, waitUntil } = vi;
vi.waitFor = (callback, options = PATIENCE) => waitFor(callback, options);
vi.waitUntil = (callback, options = PATIENCE) => waitUntil(callback, options);
