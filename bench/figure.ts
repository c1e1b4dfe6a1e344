/** A measured figure beside its limit. Ratios matter: machines differ. */
export interface Figure {
  name: string;
  value: number;
  unit: string;
  /** At most this; with `atLeast` at least this. Left out: for comparison only. */
  limit?: number;
  atLeast?: boolean;
}

export function within(figure: Figure): boolean {
  if (figure.limit === undefined) return true;
  return figure.atLeast ? figure.value >= figure.limit : figure.value <= figure.limit;
}

export function rowOf(figure: Figure): string {
  const limit = figure.limit === undefined ? '' : `${figure.atLeast ? '≥' : '≤'} ${figure.limit}`;
  const mark = figure.limit === undefined ? ' ' : within(figure) ? '✓' : '✗';
  return `${mark} ${figure.name.padEnd(64)} ${round(figure.value).padStart(10)} ${figure.unit.padEnd(10)} ${limit}`;
}

/** The value below which this share of the samples lies. */
export function percentile(samples: number[], share: number): number {
  const sorted = [...samples].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}

export const median = (samples: number[]): number => percentile(samples, 0.5);

function round(value: number): string {
  return Math.abs(value) >= 100 ? value.toFixed(0) : Math.abs(value) >= 10 ? value.toFixed(1) : value.toFixed(3);
}
