import type { Dialect } from './task-file.ts';
import { readBoxLine } from './task-line.ts';

/** Where each tool keeps its task files. */
const PLACES: [RegExp, Dialect][] = [
  [/(^|\/)openspec\/changes\//, 'openspec'],
  [/(^|\/)\.kiro\/specs\//, 'kiro'],
  [/(^|\/)\.specify\//, 'spec-kit'],
];

/** By its place, else by what its lines look like; a guess that only decides what a dash means. */
export function dialectOf(lines: string[], path: string): Dialect {
  const place = PLACES.find(([shape]) => shape.test(path.replaceAll('\\', '/')))?.[1];
  const boxes = lines.filter((line) => readBoxLine(line) !== null);
  const count = (shape: RegExp) => boxes.filter((line) => shape.test(line)).length;
  const parallel = count(/\d\s.*\(P\)\s*$/) + lines.filter((line) => /_(Boundary|Depends):/.test(line)).length;
  if (place && !(place === 'kiro' && parallel > 0)) return place;
  if (parallel > 0) return 'cc-sdd';
  const numbered = count(/\]\*?\s+\d+(\.\d+)*[.)*]?\s/);
  const named = count(/\]\s+(\*\*)?T\d/);
  if (named > numbered) return count(/\[(V|W)\]/) > 0 ? 'specflow' : 'spec-kit';
  if (numbered === 0) return 'plain';
  return lines.some((line) => /^##\s+\d+\.\s/.test(line)) ? 'openspec' : 'kiro';
}
