import { Hono } from 'hono';
import type { App } from '../door/app-types.ts';
import { doorbell } from './doorbell.ts';
import { lives } from './lives.ts';
import { messages } from './messages.ts';
import { runSocket } from './runs.run-id.socket.ts';

/** What runners may call, each with its own token. */
export const runnerApi = new Hono<App>();
for (const routes of [lives, messages, doorbell, runSocket]) runnerApi.route('/', routes);
