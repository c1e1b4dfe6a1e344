import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { HEAL_CASES, type HealCase, KINDS } from './cases.ts';
import { healCase } from './heal-case.ts';

const USAGE = `node bench/heal-cases/main.ts [--tool '{ id: mine, type: opencode, … }'] [--only NAME] [--least 70]

Carries out each case of the public set once: its first attempt goes wrong as scripted, its heal is the tool's, an executor as in
.handoff/config.yaml. Without --tool a script plays the heal: that shows that the machinery heals, and says nothing about any model.
`;

const { values } = parseArgs({
  options: { tool: { type: 'string' }, only: { type: 'string' }, least: { type: 'string', default: '70' }, help: { type: 'boolean' } },
});
if (values.help) {
  process.stdout.write(USAGE);
  process.exit(0);
}

const chosen = HEAL_CASES.filter(({ name }) => values.only === undefined || name === values.only);
const folder = mkdtempSync(join(tmpdir(), 'specwright-heal-'));
process.stdout.write(
  values.tool === undefined ? 'The heals are scripted: this shows the machinery, not a model.\n' : `The heals are by ${values.tool}\n`,
);
const healed = new Map<HealCase, boolean>();
for (const one of chosen) {
  const { result, message } = await healCase(folder, one, values.tool ?? null);
  healed.set(one, result === 'passed');
  process.stdout.write(
    `${result === 'passed' ? '✓' : '✗'} ${one.kind.padEnd(20)} ${one.name.padEnd(10)} ${message.split('\n')[0]?.slice(0, 120) ?? ''}\n`,
  );
}

const counted = chosen.filter(({ kind }) => kind !== 'contradiction');
const share = (counted.filter((one) => healed.get(one)).length / counted.length) * 100;
for (const kind of KINDS) {
  const own = counted.filter((one) => one.kind === kind);
  if (own.length > 0) process.stdout.write(`${kind}: ${own.filter((one) => healed.get(one)).length} of ${own.length} healed\n`);
}
process.stdout.write(
  `${share.toFixed(0)} % healed${values.tool === undefined ? ', scripted' : ''}; at least ${values.least} % are asked for.\n`,
);
process.exitCode = share >= Number(values.least) ? 0 : 1;
