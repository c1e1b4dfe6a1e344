import { vi } from 'vitest';

/** What is waited for comes late on a busy machine; left alone, `vi.waitFor` gives up after a second. */
const PATIENCE = { timeout: 15_000 };

const { waitFor } = vi;
vi.waitFor = (callback, options = PATIENCE) => waitFor(callback, options);
