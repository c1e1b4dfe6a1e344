import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PageDown } from '@specwright/protocol/page-frame.ts';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { givenBrowser } from './support/browser-given.ts';
import { makeSpec, startRun, until } from './support/deployment.ts';
import { makeRepository, specOf, temporaryFolder } from './support/repository.ts';

const given = givenBrowser('slow');

/** More than the object sends unacknowledged (1,000), and than it sends again one by one (2,000), together. */
const CALLS = 4000;

const PATIENCE = { timeout: 10_000 };

/** An agent that waits for its gate, calls so many tools, at most 5,000 a second, and waits for the second gate. */
function floodingRepository() {
  const folder = temporaryFolder('flood');
  const gates = [join(folder, 'begin'), join(folder, 'end')] as const;
  const agent = `while [ ! -e '${gates[0]}' ]; do sleep 0.05; done
for n in $(seq ${CALLS}); do
  [ $((n % 500)) -ne 0 ] || sleep 0.1
  printf '{"kind":"tool","callId":"%s","tool":"edit","status":"completed","title":"call %s","input":"","output":""}\\n' "$n" "$n"
done
echo done >done.txt
while [ ! -e '${gates[1]}' ]; do sleep 0.05; done
`;
  const reviewer = `echo '{"verdict":"pass","summary":"Fine.","checks":[],"requestedChanges":[]}'\n`;
  const [agentFile, reviewerFile] = [join(folder, 'agent.sh'), join(folder, 'reviewer.sh')];
  writeFileSync(agentFile, agent);
  writeFileSync(reviewerFile, reviewer);
  const config = `tools:
  executors: [{ id: flood, name: Flood, type: command, path: /bin/sh, args: [${JSON.stringify(agentFile)}], events: jsonl }]
  reviewers: [{ id: fine, type: command, path: /bin/sh, args: [${JSON.stringify(reviewerFile)}] }]
defaults: { executor: flood, reviewer: fine }
`;
  return { repository: makeRepository(folder, {}, { config }), open: (gate: 0 | 1) => writeFileSync(gates[gate], '') };
}

/** A socket of the page to the run: the number it opened with, and the frames that the page has read. */
interface Socket {
  since: number;
  frames: PageDown[];
}

function watchSockets(page: Page): Socket[] {
  const sockets: Socket[] = [];
  page.on('websocket', (socket) => {
    if (!socket.url().includes('/api/runs/')) return;
    const its: Socket = { since: Number(new URL(socket.url()).searchParams.get('since')), frames: [] };
    sockets.push(its);
    socket.on('framereceived', ({ payload }) => payload !== 'pong' && its.frames.push(JSON.parse(String(payload))));
  });
  return sockets;
}

const typesOf = (socket: Socket | undefined) => (socket?.frames ?? []).map((frame) => frame.type);
const lastSeen = (socket: Socket | undefined) =>
  socket?.frames.flatMap((frame) => (frame.type === 'events' ? frame.events : [])).at(-1)?.seq;

/** Keeps the page's one thread busy, as a slow machine would, until the run has got so far: nothing is read, nothing acknowledged. */
function beBusyUntil(page: Page, runId: string, seq: number): Promise<void> {
  return page.evaluate(
    ([id, last]) => {
      const request = new XMLHttpRequest();
      do {
        request.open('GET', `/api/runs/${id}`, false);
        request.send();
      } while (JSON.parse(request.responseText).state.seq < last);
    },
    [runId, seq] as const,
  );
}

test('A page that cannot keep up is told to begin anew, and misses nothing', async () => {
  const { client } = given.deployment;
  const flood = floodingRepository();
  const spec = await makeSpec(client, flood.repository.path, specOf('Flood', { a: [] }));
  const runId = await startRun(client, spec.id);
  await until(client, runId, (state) => state.job?.step === 'execute');
  const page = await given.signedIn();
  const sockets = watchSockets(page);
  await page.goto(`/runs/${runId}`);
  await expect.poll(() => typesOf(sockets[0]), PATIENCE).toContain('greeting');
  flood.open(0);
  await beBusyUntil(page, runId, CALLS);
  await expect.poll(() => typesOf(sockets[1]), PATIENCE).toContain('state');
  expect(sockets[0]?.frames.at(-1)).toEqual({ type: 'resync' });
  expect(sockets[1]?.since).toBe(lastSeen(sockets[0]));
  flood.open(1);
  await page.getByText('run_completed').waitFor();
  await page.getByLabel('Search events').fill('tool_called');
  await page
    .getByRole('status')
    .filter({ hasText: `${CALLS} of` })
    .waitFor();
  expect(sockets).toHaveLength(2);
});
