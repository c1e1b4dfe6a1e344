import { posix } from 'node:path';
import type { Errand, ErrandAnswer } from '@specwright/protocol/errand.ts';
import { type Base, findBase } from './base-of.ts';
import { listFiles, readFiles, type TreeFile } from './tree-files.ts';

/** What says what the tasks are for, in each dialect; of the same kind the first is taken. */
const BESIDE = ['spec.md', 'proposal.md', 'requirements.md', 'bugfix.md', 'plan.md', 'design.md'];
const MOST_TEXT = 1_000_000;
const MOST_BESIDE = 200_000;

/**
 * A task file's text as it is committed, and the texts beside it. A folder stands for its tasks.md; one that has only the texts is told with no
 * tasks. A path that leads out of the repository is not there.
 */
export async function readCommittedTasks(dataDir: string, errand: Errand & { kind: 'task_file' }): Promise<ErrandAnswer> {
  const asked = posix.normalize(errand.path.replaceAll('\\', '/')).replace(/^\/+|\/+$/g, '') || '.';
  const base = await findBase(dataDir, errand.repository);
  const within = posix.join(asked, 'tasks.md');
  const isInside = asked !== '..' && !asked.startsWith('../');
  const named = isInside ? await listFiles(base.cwd, base.commit, asked === '.' ? [within] : [asked, within]) : [];
  const file = named.find(({ path }) => path === asked) ?? named.find(({ path }) => path === within) ?? null;
  const path = file?.path ?? within;
  const beside = isInside ? await filesBeside(base, path) : [];
  if (file === null && beside.length === 0)
    return notThere(`${errand.path} is not in the repository as it is committed${base.branch === null ? '' : ` on ${base.branch}`}.`);
  const read = await readFiles(base.cwd, [...(file === null ? [] : [file]), ...beside]);
  const bytes = file === null ? Buffer.alloc(0) : read.get(file.oid);
  if (bytes === undefined || bytes.length > MOST_TEXT) return notThere(`${path} is larger than 1 MB.`);
  if (bytes.includes(0)) return notThere(`${path} is no text file.`);
  return { kind: 'task_file', path, text: bytes.toString('utf8'), beside: textsOf(beside, read, posix.dirname(path)) };
}

async function filesBeside({ cwd, commit }: Base, path: string): Promise<TreeFile[]> {
  const folder = posix.dirname(path);
  const names = BESIDE.map((name) => posix.join(folder, name)).filter((name) => name !== path);
  // A change of OpenSpec says its requirements in files of their own.
  const deltas = /(^|\/)openspec\/changes\//.test(path) ? [posix.join(folder, 'specs')] : [];
  const listed = await listFiles(cwd, commit, [...names, ...deltas]);
  const own = names.flatMap((name) => listed.find((one) => one.path === name) ?? []);
  const said = listed.filter((one) => deltas.some((root) => one.path.startsWith(`${root}/`)) && one.path.endsWith('/spec.md'));
  return [...own, ...said].slice(0, 20);
}

function textsOf(files: { path: string; oid: string }[], read: Map<string, Buffer>, folder: string): { name: string; text: string }[] {
  let room = MOST_BESIDE;
  return files.flatMap(({ path, oid }) => {
    const bytes = read.get(oid);
    if (bytes === undefined || bytes.includes(0) || bytes.length > room) return [];
    room -= bytes.length;
    return [{ name: posix.relative(folder, path).slice(0, 300), text: bytes.toString('utf8') }];
  });
}

function notThere(message: string): ErrandAnswer {
  return { kind: 'failed', code: 'NOT_FOUND', message: message.slice(0, 1000) };
}
