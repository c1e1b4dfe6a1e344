import { expect, it } from 'vitest';
import { z } from 'zod';
import { errandAnswerSchema, errandSchema } from './errand.ts';
import { pageUpSchema } from './page-frame.ts';
import { hashText } from './piece.ts';
import {
  ackRequestSchema,
  announceLifeSchema,
  jobsQueueMessageSchema,
  pullRequestSchema,
  pullResponseSchema,
  reportLifeSchema,
} from './pull.ts';
import { runnerDownSchema } from './runner-down.ts';
import { runnerUpSchema } from './runner-up.ts';
import { WIRE_VERSION } from './wire-version.ts';

/** Everything that travels between a runner, a page and the server, and is parsed on arrival. */
const WIRE = {
  runnerUp: runnerUpSchema,
  runnerDown: runnerDownSchema,
  pageUp: pageUpSchema,
  announceLife: announceLifeSchema,
  reportLife: reportLifeSchema,
  pullRequest: pullRequestSchema,
  pullResponse: pullResponseSchema,
  ackRequest: ackRequestSchema,
  jobsQueueMessage: jobsQueueMessageSchema,
  errand: errandSchema,
  errandAnswer: errandAnswerSchema,
};

/** The hash of the wire under each version. A change of the wire is a change of the number, by hand: add a line, keep the old ones. */
const HASHES: Record<number, string> = {
  1: 'c0ba45a6e8e30570',
  2: '66cf2fd459eb28ef',
  3: '30e1db1b2da704be',
  4: 'b8cc37ec7a4c0526',
};

it('a change of the wire is a change of its version', async () => {
  const schemas = Object.entries(WIRE).map(([name, schema]) => [name, z.toJSONSchema(schema, { io: 'input' })]);
  const hash = (await hashText(JSON.stringify(schemas))).slice(0, 16);
  expect({ version: WIRE_VERSION, hash }).toEqual({ version: WIRE_VERSION, hash: HASHES[WIRE_VERSION] });
});
