/** The largest git bundle of a run that the server keeps, in bytes: the run's own commits, without the history that they stand on. */
export const MAX_BUNDLE_BYTES = 20_000_000;
