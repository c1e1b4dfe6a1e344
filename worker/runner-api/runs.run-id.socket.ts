import { runPort } from '@specwright/durable-objects/dispatch/run-port.ts';
import { CLAIM_HEADER, claimHeader, readClaimHeader } from '@specwright/protocol/claim-header.ts';
import type { Refusal } from '@specwright/protocol/error-code.ts';
import { Hono } from 'hono';
import type { App, RunnerCaller } from '../door/app-types.ts';
import { absent, refused } from '../door/error.ts';
import { opensSocket } from '../door/origin.ts';
import { passSocket } from '../door/pass-socket.ts';
import { knownRun } from '../run-plan/known-run.ts';

/** A runner's socket to a run, maybe with its claim: the Worker says which runner it is, the run's object decides what it may do. */
export const runSocket = new Hono<App>().get('/runner-api/runs/:runId/socket', async (c) => {
  const runner = c.get('runner');
  const { id, name, organisationId } = runner;
  const row = await knownRun(c.env, organisationId, c.req.param('runId'));
  if (!row) return absent(c);
  if (!opensSocket(c.req.raw)) return refused(c, { code: 'BAD_REQUEST', message: 'This route opens a WebSocket.' });
  const claim = readClaimHeader(c.req.header(CLAIM_HEADER));
  const answer = await passSocket(runPort(c.env, row.id), '/runner', {
    'x-specwright-runner-id': id,
    'x-specwright-runner-serves': serves(runner, row.projectId),
    'x-specwright-runner-name': name.replace(/[^\x20-\x7e]/g, '?'),
    ...(claim === null ? {} : { [`x-${CLAIM_HEADER}`]: claimHeader(claim) }),
  });
  if (answer.status === 101) return answer;
  return answer.status === 404 ? absent(c) : refused(c, (await answer.json()) as Refusal);
});

/** Whose runs of this project it may work on: everybody's, or those of one person. */
function serves({ sharing, projectIds, ownerId }: RunnerCaller, projectId: string): string {
  return sharing === 'organisation' || (sharing === 'projects' && projectIds.includes(projectId)) ? 'all' : ownerId;
}
