import type { RunEvent, StoredEvent } from '@specwright/protocol/run-event.ts';
import { DEFAULT_RUN_SETTINGS } from '@specwright/protocol/run-plan.ts';
import type { Usage } from '@specwright/protocol/usage.ts';
import type { Verdict } from '@specwright/protocol/verdict.ts';

export const OUTPUT_HASH = 'a'.repeat(64);
const FAKE_HASH = OUTPUT_HASH;
export const DIFF_HASH = 'd'.repeat(64);
const TITLES = ['Parse amounts', 'Format amounts', 'Convert currencies', 'Round like a bank', 'Document the library'];
const KEYS = ['parse', 'format', 'convert', 'round', 'docs'];

export const PIECES: Record<string, string> = {
  [FAKE_HASH]: '\u001b[32m✓\u001b[0m 12 tests passed\n\u001b[31m✗ rounds half to even\u001b[0m\n  expected 2 but got 3\n',
  [DIFF_HASH]:
    'diff --git a/src/round.js b/src/round.js\nindex 1..2 100644\n--- a/src/round.js\n+++ b/src/round.js\n@@ -1,3 +1,4 @@\n export function round(x) {\n-  return Math.round(x);\n+  const half = Math.abs(x % 1) === 0.5;\n+  return half ? 2 * Math.round(x / 2) : Math.round(x);\n }\n',
};

const usage = (n: number): Usage => ({
  inputTokens: 4200 * n,
  outputTokens: 380 * n,
  cachedTokens: 900 * n,
  costMicros: 3100 * n,
  steps: n,
});
const verdict = (kind: Verdict['verdict']): Verdict => ({
  verdict: kind,
  summary:
    kind === 'pass'
      ? 'Does what the criteria ask; the tests cover the edges.'
      : 'Half cents round away from zero; the criterion asks for half to even.',
  checks: [
    {
      name: 'Rounds half to even',
      passed: kind === 'pass',
      evidence: { text: 'Math.round() rounds 2.5 to 3', file: 'src/round.js', line: 2 },
    },
    { name: 'Has tests', passed: true, evidence: { text: 'three cases', file: 'test/round.test.js', line: 8 } },
  ],
  requestedChanges: kind === 'pass' ? [] : ['Round half to even in src/round.js'],
});

/** The demo's story as events: one passes, one is repaired after its checks fail, one needs a fix; the fourth runs, or fails. */
export function tellStory(runId: string, specId: string, ending: 'running' | 'failed' | 'completed', noise = 0): StoredEvent[] {
  const events: StoredEvent[] = [];
  let at = Date.now() - 240_000;
  const say = (event: RunEvent) => {
    at += 700;
    events.push({ ...event, seq: events.length + 1, at, v: 1 } as StoredEvent);
  };
  const ids = KEYS.map((key) => `chk_${key}`);
  say({
    kind: 'run_created',
    runId,
    organisationId: 'org_1',
    projectId: 'prj_1',
    specId,
    specTitle: 'A small money library',
    branch: 'specwright/a-small-money-library-3f2a91bc',
    startFrom: null,
    repository: { kind: 'path', path: '/home/ada/code/money', defaultBranch: 'main' },
    plan: {
      kind: 'chunks',
      specPiece: FAKE_HASH,
      items: KEYS.map((key, i) => ({
        id: `chk_${key}`,
        key,
        title: TITLES[i] ?? '',
        dependsOn: i === 0 ? [] : [ids[i - 1] ?? ''],
        textPiece: FAKE_HASH,
        status: 'pending',
        summary: null,
        selected: true,
      })),
    },
    settings: DEFAULT_RUN_SETTINGS,
    actor: { id: 'u', name: 'Ada' },
  });
  say({ kind: 'machine_requested', reason: { code: 'STARTED', message: 'Waits for a machine.' } });
  say({ kind: 'lease_granted', leaseId: 'l', fence: 1, runnerId: 'r', runnerName: 'workbench', lifeId: 'lf', revived: false });
  say({
    kind: 'reconciled',
    head: '1111111122222222',
    base: '1111111122222222',
    configuration: {
      executor: { id: 'glm', type: 'opencode', model: 'zai/glm-4.6' },
      reviewer: { id: 'glm-review', type: 'opencode', model: 'zai/glm-4.6' },
      maxIterations: 5,
      checks: [{ name: 'test', command: 'npm test', required: true, source: 'detected' }],
      demo: true,
      accountFingerprint: null,
    },
    warnings: [],
    resetTo: null,
  });
  const attempt = (
    chunkId: string,
    n: number,
    result: 'passed' | 'checks_failed' | 'needs_fix' | 'rejected' | 'open',
    kind: 'do' | 'fix' = 'do',
    extra = 0,
  ) => {
    const jobId = `${runId}/${chunkId}/${n}/1`;
    say({ kind: 'job_ordered', jobId, chunkId, attempt: n, attemptKind: kind, continueFrom: null, reservedMicros: 0, reservedTokens: 0 });
    say({ kind: 'step_started', jobId, chunkId, step: 'prepare' });
    say({ kind: 'step_ended', jobId, chunkId, step: 'prepare', ok: true, durationMs: 120, message: null });
    say({ kind: 'step_started', jobId, chunkId, step: 'execute' });
    say({
      kind: 'agent_started',
      chunkId,
      jobId,
      role: 'executor',
      agent: 'opencode',
      type: 'opencode',
      version: '1.18.33',
      model: 'zai/glm-4.6',
      sessionId: 's',
    });
    for (let i = 0; i < 6 + extra; i++) {
      const tool = ['read', 'grep', 'edit', 'bash', 'write', 'bash'][i % 6] ?? 'read';
      const title = ['src/money.js', 'round\\(', 'src/round.js', 'npm test', 'test/round.test.js', 'git status'][i % 6] ?? '';
      const base = { kind: 'tool_called', chunkId, jobId, callId: `${jobId}#${i}`, tool, title, input: `{"path":"${title}"}` } as const;
      if (extra === 0) say({ ...base, status: 'running', output: '' });
      if (!(result === 'open' && i === 5 + extra)) say({ ...base, status: i % 37 === 9 ? 'failed' : 'completed', output: 'ok' });
    }
    say({
      kind: 'text_written',
      chunkId,
      jobId,
      part: `${jobId}-t`,
      role: 'text',
      piece: FAKE_HASH,
      excerpt: 'I read the module and its tests; now I write the function and cover the edges.',
    });
    if (result === 'open') return;
    say({ kind: 'usage_reported', jobId, chunkId, usage: usage(n) });
    say({ kind: 'step_ended', jobId, chunkId, step: 'execute', ok: true, durationMs: 5200, message: null });
    say({ kind: 'step_started', jobId, chunkId, step: 'verify' });
    const ok = result !== 'checks_failed';
    say({
      kind: 'check_ended',
      chunkId,
      jobId,
      name: 'test',
      command: 'npm test',
      required: true,
      exitCode: ok ? 0 : 1,
      durationMs: 840,
      piece: FAKE_HASH,
      tail: PIECES[FAKE_HASH] ?? '',
    });
    say({ kind: 'step_ended', jobId, chunkId, step: 'verify', ok, durationMs: 900, message: ok ? null : 'test failed with exit code 1' });
    if (ok) {
      say({ kind: 'step_started', jobId, chunkId, step: 'review' });
      say({
        kind: 'review_ended',
        jobId,
        chunkId,
        verdict: verdict(result === 'passed' ? 'pass' : result === 'rejected' ? 'fail' : 'needs_fix'),
        fixChunkId: result === 'needs_fix' ? 'chk_fix' : null,
      });
    }
    say({
      kind: 'attempt_ended',
      jobId,
      chunkId,
      attempt: n,
      result,
      code: null,
      message: ok ? '' : 'npm test failed with exit code 1.',
      spent: true,
      snapshot: 'abc',
      diffPiece: DIFF_HASH,
      diffStat: { files: 2, added: 14, removed: 3 },
      usage: usage(n),
      durationMs: 8200,
    });
  };
  const done = (chunkId: string, fixChunkId: string | null = null) =>
    say({
      kind: 'chunk_completed',
      chunkId,
      fixChunkId,
      commit: `${chunkId.length}c0ffee${chunkId.length}12345678`,
      summary: 'Added and tested.',
      verdict: verdict('pass'),
      adopted: false,
    });
  const start = (i: number) => say({ kind: 'chunk_started', chunkId: ids[i] ?? '', title: TITLES[i] ?? '', index: i + 1, total: 5 });
  start(0);
  attempt('chk_parse', 1, 'passed', 'do', noise);
  done('chk_parse');
  start(1);
  attempt('chk_format', 1, 'checks_failed');
  attempt('chk_format', 2, 'passed');
  done('chk_format');
  start(2);
  attempt('chk_convert', 1, 'needs_fix');
  say({
    kind: 'fix_chunk_created',
    chunkId: 'chk_fix',
    parentId: 'chk_convert',
    key: 'convert-fix',
    title: 'Fix: Convert currencies',
    textPiece: null,
    requestedChanges: ['Round half to even in src/round.js'],
  });
  say({ kind: 'fix_chunk_started', chunkId: 'chk_fix', parentId: 'chk_convert', title: 'Fix: Convert currencies' });
  attempt('chk_fix', 2, 'passed', 'fix');
  done('chk_convert', 'chk_fix');
  start(3);
  if (ending === 'failed') {
    attempt('chk_round', 1, 'rejected');
    const reason = { code: 'REJECTED', message: 'The review rejected the work: half cents round away from zero.' };
    say({ kind: 'chunk_failed', chunkId: 'chk_round', reason });
    say({ kind: 'lease_ended', fence: 1, reason: { code: 'DONE', message: 'The run is at rest.' } });
    say({ kind: 'run_failed', reason, fault: 'chunk' });
    return events;
  }
  if (ending === 'running') {
    attempt('chk_round', 1, 'open');
    return events;
  }
  attempt('chk_round', 1, 'passed');
  done('chk_round');
  start(4);
  attempt('chk_docs', 1, 'passed');
  done('chk_docs');
  say({ kind: 'lease_ended', fence: 1, reason: { code: 'DONE', message: 'The run is at rest.' } });
  say({ kind: 'run_completed', passed: 5, failed: 0, fixes: 1 });
  return events;
}
