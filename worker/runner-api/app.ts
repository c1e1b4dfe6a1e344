import { Hono } from 'hono';
import type { App } from '../door/app-types.ts';
import { bundles } from './bundles.ts';
import { doorbell } from './doorbell.ts';
import { errands } from './errands.ts';
import { lives } from './lives.ts';
import { messages } from './messages.ts';
import { register } from './register.ts';
import { runSocket } from './runs.run-id.socket.ts';
import { tokens } from './tokens.ts';

/** What runners may call: the first two prove themselves in the body, the others by the token that they get so. */
export const runnerApi = new Hono<App>();
for (const routes of [register, tokens, lives, messages, doorbell, errands, runSocket, bundles]) runnerApi.route('/', routes);
