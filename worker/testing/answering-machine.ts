import { ERRAND_WORD, type Errand, type ErrandAnswer, type PhaseFound } from '@specwright/protocol/errand.ts';
import { WIRE_VERSION } from '@specwright/protocol/wire-version.ts';
import { type Machine, runnerClient } from './front-door.ts';

/** A machine with an open bell that answers what it is asked over the real route. */
export class AnsweringMachine {
  /** What it was asked. */
  readonly asked: Errand[] = [];
  readonly client: Machine;
  private readonly bell: WebSocket;

  private constructor(client: Machine, bell: WebSocket) {
    this.client = client;
    this.bell = bell;
  }

  /** `answer`: null: it says nothing. */
  static async online(answer: (errand: Errand) => ErrandAnswer | null, life: object = {}, of?: Machine): Promise<AnsweringMachine> {
    const client = of ?? (await runnerClient());
    const body = {
      wire: WIRE_VERSION,
      lifeId: `lif_${crypto.randomUUID()}`,
      endedLives: [],
      version: '0.1.0',
      slots: 2,
      found: [],
      ...life,
    };
    await client.json('POST', '/runner-api/lives', { body });
    const { webSocket } = await client.call('GET', '/runner-api/doorbell', { headers: { upgrade: 'websocket' } });
    if (!webSocket) throw new Error('no bell');
    const machine = new AnsweringMachine(client, webSocket);
    webSocket.addEventListener('message', ({ data }) => void machine.hear(String(data), answer));
    webSocket.accept();
    return machine;
  }

  leave(): void {
    this.bell.close();
  }

  private async hear(said: string, answer: (errand: Errand) => ErrandAnswer | null): Promise<void> {
    if (!said.startsWith(ERRAND_WORD)) return;
    const errand: Errand = JSON.parse(said.slice(ERRAND_WORD.length));
    this.asked.push(errand);
    const found = answer(errand);
    if (found !== null) await this.client.call('POST', `/runner-api/errands/${errand.id}`, { body: found });
  }
}

/** A phase of one batch. */
export const FOUND: PhaseFound = {
  kind: 'phase',
  seen: {
    ...{ folder: 'specs/001-a', files: { spec: true, plan: true, tasks: true }, problem: null, taskFile: 'specs/001-a/tasks.md' },
    ...{ dialect: 'spec-kit', rule: 'sections', counts: { total: 2, done: 1, open: 1 }, warnings: [], gate: null, baseBranch: 'main' },
    batches: [{ title: 'Core', tasks: [{ key: 'T002', name: 'T002', title: 'Do' }] }],
  },
  ...{ duplicates: [], leftOut: [], commands: ['review'] },
  taskFiles: [{ path: 'specs/001-a/tasks.md', dialect: 'spec-kit', open: 1, done: 1 }],
  left: [],
};
