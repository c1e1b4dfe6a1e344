import { CLAIM_HEADER, CLAIM_HEARD, readClaimHeader } from '@specwright/protocol/claim-header.ts';
import { ERROR_CODES, type Refusal, refuse } from '@specwright/protocol/error-code.ts';
import type { RunState } from '@specwright/protocol/run-state.ts';
import { authorisedAt, watcherOf } from './page-authority.ts';
import type { PageSockets } from './page-sockets.ts';
import type { RunnerGate } from './runner-gate.ts';
import type { RunnerSockets } from './runner-sockets.ts';
import type { RunnerTalk } from './runner-talk.ts';

interface Behind {
  pages: PageSockets;
  runners: RunnerSockets;
  talk: RunnerTalk;
  gate: RunnerGate;
}

const TOO_MANY = refuse('RATE_LIMITED', 'One person may watch a run in at most 50 places at once.');

/** The two doors of a run, `/runner` and `/page?since=N`: sockets come in, are heard, and leave. */
export class Doors {
  private readonly behind: Behind;

  constructor(behind: Behind) {
    this.behind = behind;
  }

  /** @param state null: there is no such run. */
  open(request: Request, state: RunState | null): Response {
    if (state === null) return refused(refuse('NOT_FOUND', 'There is no such run.'));
    const { gate, pages } = this.behind;
    const isRunner = new URL(request.url).pathname.endsWith('/runner');
    const refusal = isRunner ? gate.refusal(request, state, Date.now()) : null;
    if (refusal !== null) return refused(refusal);
    if (request.headers.get('upgrade') !== 'websocket') return new Response('Open a WebSocket here.', { status: 426 });
    if (!isRunner && !pages.hasRoomFor(watcherOf(request.headers).userId)) return refused(TOO_MANY);
    const { 0: client, 1: server } = new WebSocketPair();
    const headers = isRunner ? this.joinRunner(request, server) : this.joinPage(request, server);
    return new Response(null, { status: 101, webSocket: client, headers });
  }

  hear(socket: WebSocket, message: string | ArrayBuffer): void {
    const { pages, talk } = this.behind;
    if (typeof message !== 'string') socket.close(1003, 'Text frames only.');
    else if (pages.has(socket)) pages.hear(socket, message);
    else talk.hear(socket, message);
  }

  /** True: it was a runner's. Nothing is decided: its lease lapses in its time. */
  left(socket: WebSocket): boolean {
    const { pages, talk } = this.behind;
    if (!pages.has(socket)) return true;
    if (!pages.isWatched) talk.watch(false);
    return false;
  }

  /** Answers the headers of the opening's answer. */
  private joinRunner(request: Request, socket: WebSocket): Record<string, string> {
    const { runners, talk } = this.behind;
    const runnerId = request.headers.get('x-specwright-runner-id') ?? '';
    const runnerName = request.headers.get('x-specwright-runner-name') ?? '';
    runners.accept(socket, { runnerId, runnerName, lifeId: null, heardAt: 0 });
    const claim = readClaimHeader(request.headers.get(`x-${CLAIM_HEADER}`));
    if (claim === null) return {};
    talk.claim(socket, claim);
    return { [CLAIM_HEADER]: CLAIM_HEARD };
  }

  private joinPage({ url, headers }: Request, socket: WebSocket): Record<string, string> {
    const { pages, talk } = this.behind;
    const first = !pages.isWatched;
    const since = Number(new URL(url).searchParams.get('since') ?? 'none');
    pages.join(socket, Number.isInteger(since) && since >= 0 ? since : null, watcherOf(headers), authorisedAt(headers) || Date.now());
    if (first) talk.watch(true);
    return {};
  }
}

function refused(refusal: Refusal): Response {
  return Response.json(refusal, { status: ERROR_CODES[refusal.code].status });
}
