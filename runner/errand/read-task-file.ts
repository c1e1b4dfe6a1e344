import { posix } from 'node:path';
import type { Errand, ErrandAnswer } from '@specwright/protocol/errand.ts';
import { findBase } from './base-of.ts';
import { listFiles, readFiles } from './tree-files.ts';

/** What says what the tasks are for, in each dialect; of the same kind the first is taken. */
const BESIDE = ['spec.md', 'proposal.md', 'requirements.md', 'bugfix.md', 'plan.md', 'design.md'];
const MOST_TEXT = 1_000_000;
const MOST_BESIDE = 200_000;

/** A task file's text as it is committed, and the texts beside it; a path that leads out of the repository is not there. */
export async function readCommittedTasks(dataDir: string, errand: Errand & { kind: 'task_file' }): Promise<ErrandAnswer> {
  const path = posix.normalize(errand.path.replaceAll('\\', '/')).replace(/^\/+|\/+$/g, '');
  const base = await findBase(dataDir, errand.repository);
  const folder = posix.dirname(path);
  const beside = BESIDE.map((name) => posix.join(folder, name));
  // A change of OpenSpec says its requirements in files of their own.
  const deltas = posix.join(folder, 'specs');
  const listed = path.startsWith('..') || path === '.' ? [] : await listFiles(base.cwd, base.commit, [path, ...beside, deltas]);
  const file = listed.find((one) => one.path === path);
  if (file === undefined)
    return notThere(`${errand.path} is not in the repository as it is committed${base.branch === null ? '' : ` on ${base.branch}`}.`);
  const isOpenspec = /(^|\/)openspec\/changes\//.test(path);
  const others = [
    ...beside.flatMap((name) => listed.find((one) => one.path === name && name !== path) ?? []),
    ...(isOpenspec ? listed.filter((one) => one.path.startsWith(`${deltas}/`) && one.path.endsWith('/spec.md')) : []),
  ].slice(0, 20);
  const read = await readFiles(base.cwd, [file, ...others]);
  const bytes = read.get(file.oid);
  if (bytes === undefined || bytes.length > MOST_TEXT) return notThere(`${path} is larger than 1 MB.`);
  if (bytes.includes(0)) return notThere(`${path} is no text file.`);
  return { kind: 'task_file', path, text: bytes.toString('utf8'), beside: textsOf(others, read, folder) };
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
