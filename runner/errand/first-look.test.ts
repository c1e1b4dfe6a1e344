import { join } from 'node:path';
import { orchestrationConfigSchema } from '@specwright/protocol/phase.ts';
import { expect, test } from 'vitest';
import { makeOpenCrew } from '../agents/open-crew.ts';
import { readDurations } from '../durations.ts';
import { makePlace } from '../session/make-place.ts';
import { configurationOf, givenGrant, givenRepository } from '../testing/given-place.ts';
import { findPhase } from './find-phase.ts';

const TASKS = '# T\n\n## One\n\n- [x] T001 a\n- [ ] T002 b\n\n## Two\n\n- [ ] T003 c\n';

test.each([
  ['a numbered phase with a gate', { 'specs/002-b/tasks.md': TASKS, 'specs/001-a/tasks.md': TASKS, 'ROADMAP.md': '| 2 | USER GATE |\n' }],
  ['a phase without tasks yet', { 'specs/003-c/research.md': '#', 'specs/003-c/spec.md': '#', 'specs/002-b/tasks.md': TASKS }],
  ['two open changes', { 'openspec/changes/a/tasks.md': '- [ ] 1.1 a\n', 'openspec/changes/b/tasks.md': '- [ ] 1.1 b\n' }],
  ['Kiro', { '.kiro/specs/a/tasks.md': '- [ ] 1. A\n  - [-] 1.1 a\n', '.kiro/specs/a/design.md': '#' }],
  ['nothing', { 'docs/a.md': '#' }],
])('what is told before the start is what the first look finds: %s', async (_, files) => {
  const repository = givenRepository();
  repository.write('.handoff/config.yaml', configurationOf({}));
  for (const [name, text] of Object.entries(files)) repository.write(name, text);
  repository.commit('Begin');
  const dataDir = join(repository.folder, 'runner data');
  const granted = givenGrant(repository, { phase: { folder: null, config: orchestrationConfigSchema.parse({}) } });
  const openCrew = makeOpenCrew({ environment: process.env, found: [], durations: readDurations({}) });
  const its = { dataDir, lifeId: `life-${process.pid}`, durations: readDurations({}), env: process.env, openCrew, links: null, granted };
  const made = await makePlace({ ...its, signal: new AbortController().signal });
  const before = await findPhase(dataDir, { id: 'e', kind: 'phase', repository: granted.run.repository, folder: null, batchSize: 15 });
  if (!made.ok || made.fact.kind !== 'reconciled') throw new Error('no place');
  expect(before.seen).toEqual(made.fact.phase);
  made.place.refs.close();
  await made.place.crew.close();
});
