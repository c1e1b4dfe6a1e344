import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { writeWhole } from '../identity/write-whole.ts';

/** What the owner of this machine lets its server's runs work on: a folder here, an address, or a folder with the address it came from. */
export interface Link {
  /** The real path of the repository's top folder; null: only the address. */
  path: string | null;
  /** What git fetches from and publishes to when a project names the address; null: only the folder. */
  url: string | null;
}

const linksSchema = z.array(z.object({ path: z.string().nullable(), url: z.string().nullable() })).max(1000);

/** Throws when the file is not as it was written: then nothing is linked, rather than something else. */
export function readLinks(dataDir: string): Link[] {
  const file = linksFile(dataDir);
  if (!existsSync(file)) return [];
  try {
    return linksSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    throw new Error(`${file} is not as it was written. Remove it and link the repositories again: specwright runner link DIR`);
  }
}

/** Adds a link; one of the same folder or, without a folder, of the same address is replaced. */
export function addLink(dataDir: string, link: Link): void {
  writeLinks(dataDir, [...readLinks(dataDir).filter((other) => !isSame(other, link)), link]);
}

/** False: there was none. */
export function removeLink(dataDir: string, place: string): boolean {
  const links = readLinks(dataDir);
  const left = links.filter((link) => link.path !== place && !(link.path === null && link.url === place));
  if (left.length !== links.length) writeLinks(dataDir, left);
  return left.length !== links.length;
}

function isSame(one: Link, other: Link): boolean {
  return one.path === null && other.path === null ? one.url === other.url : one.path === other.path;
}

function writeLinks(dataDir: string, links: Link[]): void {
  writeWhole(linksFile(dataDir), `${JSON.stringify(links, null, 2)}\n`);
}

function linksFile(dataDir: string): string {
  return join(dataDir, 'links.json');
}
