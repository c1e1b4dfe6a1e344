import { WIRE_VERSION } from '@specwright/protocol/wire-version.ts';
import { Hono } from 'hono';
import type { App } from '../door/app-types.ts';
import { buildOf } from '../environment.ts';

export const health = new Hono<App>().get('/api/health', (c) => c.json({ ok: true, build: buildOf(c.env), wire: WIRE_VERSION }));
