import { execFile } from 'node:child_process';
import { mkdirSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { checkCommit, faultOf, git, gitEnvironment } from '../git/git.ts';

/** A file of a commit. */
export interface TreeFile {
  path: string;
  oid: string;
  bytes: number;
}

/** Larger files are only said to be there. */
const MOST_BYTES = 4 * 1024 * 1024;

/** The files at or below these paths in a commit; those behind a link that stays in the repository stand under the link's name. */
export async function listFiles(cwd: string, commit: string, paths: string[]): Promise<TreeFile[]> {
  const { files, links } = await list(cwd, commit, paths);
  const targets = await readFiles(cwd, links);
  const behind = await Promise.all(
    links.map(async ({ path, oid }) => {
      const target = posix.join(posix.dirname(path), targets.get(oid)?.toString('utf8') ?? '/');
      if (target.startsWith('..') || target.startsWith('/') || target === '.') return [];
      const found = await list(cwd, commit, [target]);
      return found.files.map((file) => ({ ...file, path: path + file.path.slice(target.length) }));
    }),
  );
  return [...files, ...behind.flat()];
}

async function list(cwd: string, commit: string, paths: string[]): Promise<{ files: TreeFile[]; links: TreeFile[] }> {
  const args = ['ls-tree', '-r', '-z', '-l', '--full-tree', checkCommit(commit), '--', ...paths];
  const { stdout } = await git(args, { cwd, env: { GIT_LITERAL_PATHSPECS: '1' } });
  const all = stdout.split('\0').flatMap((line) => {
    const [, mode = '', oid = '', size = '', path = ''] = /^(\d+) blob ([0-9a-f]+) +(\d+)\t([\s\S]*)$/.exec(line) ?? [];
    // No honest tree has such names: a path made from one would lead out of our folder.
    const leadsOut = path.startsWith('/') || path.split('/').some((part) => part === '..' || part === '');
    return leadsOut ? [] : [{ mode, path, oid, bytes: Number(size) }];
  });
  const isLink = ({ mode }: { mode: string }) => mode === '120000';
  return { files: all.filter((file) => !isLink(file)), links: all.filter(isLink) };
}

/** Their bytes, by object id, as they were committed: no filter is run. */
export async function readFiles(cwd: string, files: TreeFile[]): Promise<Map<string, Buffer>> {
  const wanted = [...new Set(files.filter(({ bytes }) => bytes <= MOST_BYTES).map(({ oid }) => oid))];
  const read = new Map<string, Buffer>();
  if (wanted.length === 0) return read;
  const said = await catFiles(cwd, wanted);
  for (let at = 0; at < said.length; ) {
    const end = said.indexOf(0x0a, at);
    const [oid = '', , size] = said.toString('latin1', at, end).split(' ');
    // A clone without all its objects says "missing", and nothing more.
    const bytes = size === undefined ? 0 : Number(size);
    if (size !== undefined) read.set(oid, said.subarray(end + 1, end + 1 + bytes));
    at = end + 1 + (size === undefined ? 0 : bytes + 1);
  }
  return read;
}

function catFiles(cwd: string, oids: string[]): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const options = { cwd, env: gitEnvironment(), encoding: 'buffer' as const, maxBuffer: 512 * 1024 * 1024, timeout: 60_000 };
    const child = execFile('git', ['cat-file', '--batch'], options, (error, stdout, stderr) =>
      error ? reject(faultOf('cat-file', String(stderr), error)) : resolve(stdout),
    );
    child.stdin?.on('error', () => {});
    child.stdin?.end(`${oids.join('\n')}\n`);
  });
}

/** Lays files into a folder of our own; one that is too large to be read is as long as it is, and empty. */
export async function layFiles(cwd: string, files: TreeFile[], folder: string): Promise<void> {
  const read = await readFiles(cwd, files);
  for (const { path, oid, bytes } of files) {
    const place = join(folder, path);
    mkdirSync(dirname(place), { recursive: true });
    writeFileSync(place, read.get(oid) ?? '');
    if (!read.has(oid)) truncateSync(place, bytes);
  }
}
