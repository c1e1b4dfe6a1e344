import { request } from 'node:http';
import type { StartedRun } from '@specwright/protocol/api.ts';
import type { QueuePage } from '@specwright/protocol/workers-api.ts';
import { type Fleet, importSpec, startFleet } from '../tests/support/fleet.ts';
import { specOf } from '../tests/support/repository.ts';
import { place, REAL } from './bench-fleet.ts';
import { type Figure, percentile } from './figure.ts';

/** 500 specs queued: one person moves one, another one's page has heard of it. */
export async function reordering(): Promise<Figure[]> {
  const fleet = await startFleet('bench-reorder', REAL);
  try {
    const { project } = await place(fleet, '0');
    for (let at = 0; at < 500; at++) {
      const spec = await importSpec(fleet.client, project.id, specOf(`q${at}`, { one: [] }));
      await fleet.client.post<StartedRun>(`/api/specs/${spec.id}/runs`);
    }
    const opened = performance.now();
    const { items } = await fleet.client.get<QueuePage>('/api/queue');
    const openedMs = performance.now() - opened;
    const reader = await listen(fleet);
    const samples: number[] = [];
    for (let at = 0; at < 20; at++) {
      const [moved, target] = [items[items.length - 1 - at], items[at]];
      const from = performance.now();
      const heard = reader.next((text) => text.includes('"did":"reorder"') && text.includes(`"runId":"${moved?.id}"`));
      await fleet.client.post('/api/queue/reorder', { id: moved?.id, before: target?.id });
      samples.push((await heard) - from);
    }
    reader.close();
    return [
      { name: `${items.length} specs queued: the queue is read`, value: openedMs, unit: 'ms', limit: 1_000 },
      { name: `${items.length} specs queued: a reorder is seen by another, p50`, value: percentile(samples, 0.5), unit: 'ms' },
      {
        name: `${items.length} specs queued: a reorder is seen by another, slowest of 20`,
        value: Math.max(...samples),
        unit: 'ms',
        limit: 200,
      },
    ];
  } finally {
    await fleet.stop();
  }
}

/** A second reader of the queue, as a page is one. */
async function listen({ client }: Fleet) {
  let waiting: { wanted(text: string): boolean; heard(at: number): void } | null = null;
  let text = '';
  const asked = request(`${client.url}/api/workers/events`, { headers: { authorization: `Bearer ${client.credential}` } });
  await new Promise<void>((done, failed) => {
    asked.on('error', failed).on('response', (answer) => {
      answer.on('data', (data) => {
        text += data;
        const end = text.lastIndexOf('\n\n');
        if (end < 0) return;
        const whole = text.slice(0, end);
        text = text.slice(end + 2);
        done();
        if (waiting?.wanted(whole)) waiting.heard(performance.now());
      });
    });
    asked.end();
  });
  return {
    next: (wanted: (text: string) => boolean) =>
      new Promise<number>((heard) => {
        waiting = { wanted, heard };
      }),
    close: () => asked.destroy(),
  };
}
