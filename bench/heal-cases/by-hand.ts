import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { ONE_OF_EACH } from './cases.ts';
import { makeHealRepository } from './heal-repository.ts';

/** `node bench/heal-cases/by-hand.ts FOLDER`: a phase to look at in the page, whose batches fail in four ways and are healed; the last is not. */
const [folder] = process.argv.slice(2);
if (folder === undefined) {
  process.stderr.write('Name a folder that is not there yet: node bench/heal-cases/by-hand.ts FOLDER\n');
  process.exit(2);
}
mkdirSync(folder, { recursive: true });
const { path } = makeHealRepository(resolve(folder), ONE_OF_EACH);
process.stdout.write(`${path}\n\nStart the product (npm start), add a project on this folder, and press "Complete Phase".
Its agent is a script: four batches fail in a way of their own and are healed; the fifth cannot be, and the run fails with the reason.
`);
