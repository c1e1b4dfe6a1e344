// Plays an agent that fails at first and then mends what failed, by the section that it is given: it shows that the machinery around it heals, and
// says nothing about any model. The prompt comes on standard input. Usage: scripted-healer.mjs SCRIPT.json TASK_FILE

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const [scriptFile, taskFile] = process.argv.slice(2);
const prompt = readFileSync(0, 'utf8');
const part = JSON.parse(readFileSync(scriptFile, 'utf8'))[/^Only the section "(.+)" of /m.exec(prompt)?.[1] ?? ''];
const isHeal = prompt.includes('An attempt before this one failed.');

if (part) {
  for (const [file, text] of Object.entries(isHeal ? part.mended : part.broken)) {
    const path = join(part.folder, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
  writeFileSync(taskFile, readFileSync(taskFile, 'utf8').replace(`[ ] ${part.id} `, `[x] ${part.id} `));
}
process.stdout.write(part ? `${isHeal ? 'Mended' : 'Wrote'} ${part.folder}.\n` : 'Looked at it.\n');
