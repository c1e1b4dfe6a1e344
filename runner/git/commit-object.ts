import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import type { Clone } from './clone.ts';
import { checkCommit, gitText } from './git.ts';
import type { Identity } from './identity.ts';

/** Commits never change: what was once read or written of one stays true. */
const trees = new Map<string, string>();
const MAX_TREES = 10_000;

/** The tree of a commit that the clone holds. */
export async function treeOf(clone: Clone, commit: string): Promise<string> {
  const known = trees.get(keyOf(clone, commit));
  if (known !== undefined) return known;
  const tree = await gitText(['rev-parse', '--verify', '--end-of-options', `${checkCommit(commit)}^{tree}`], { cwd: clone.dir });
  remember(clone, commit, tree);
  return tree;
}

/**
 * Makes a commit object in the clone; no ref moves. It is written as git itself stores a loose object (gitformat-commit,
 * gitrepository-layout): a process for so few bytes would cost each chunk more than all of its facts.
 */
export function writeCommit(clone: Clone, work: { tree: string; parent: string; message: string }): string {
  const who = signature(clone.identity, new Date());
  const lines = [`tree ${checkCommit(work.tree)}`, `parent ${checkCommit(work.parent)}`, `author ${who}`, `committer ${who}`];
  const body = Buffer.from(`${lines.join('\n')}\n\n${work.message}`);
  const object = Buffer.concat([Buffer.from(`commit ${body.length}\0`), body]);
  const id = createHash(work.tree.length === 64 ? 'sha256' : 'sha1')
    .update(object)
    .digest('hex');
  const path = looseObject(join(clone.dir, 'objects'), id);
  if (!existsSync(path)) {
    mkdirSync(join(path, '..'), { recursive: true });
    const draft = `${path}-${randomBytes(6).toString('hex')}`;
    writeFileSync(draft, deflateSync(object), { mode: 0o444 });
    renameSync(draft, path);
  }
  remember(clone, id, work.tree);
  return id;
}

/** Where an object stands in a folder of objects, unless it is packed. */
export function looseObject(objects: string, id: string): string {
  return join(objects, id.slice(0, 2), id.slice(2));
}

function remember(clone: Clone, commit: string, tree: string): void {
  if (trees.size >= MAX_TREES) trees.clear();
  trees.set(keyOf(clone, commit), tree);
}

function keyOf(clone: Clone, commit: string): string {
  return `${clone.dir} ${commit}`;
}

/** Brackets and line ends would end the name: git leaves them out too. */
function signature(identity: Identity, at: Date): string {
  const clean = (text: string) => text.replace(/[<>\x00-\x1f]/g, '').trim();
  const minutes = -at.getTimezoneOffset();
  const pad = (value: number) => String(Math.floor(value)).padStart(2, '0');
  const zone = `${minutes < 0 ? '-' : '+'}${pad(Math.abs(minutes) / 60)}${pad(Math.abs(minutes) % 60)}`;
  return `${clean(identity.name)} <${clean(identity.email)}> ${Math.floor(at.getTime() / 1000)} ${zone}`;
}
