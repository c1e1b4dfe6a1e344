import { linkOf } from '@specwright/runner/links/link-of.ts';
import { addLink, type Link, readLinks, removeLink } from '@specwright/runner/links/links-file.ts';
import { readStatusFile } from '@specwright/runner/machine/status-file.ts';
import { CommandError } from '../../command-error.ts';
import { runnerFolder } from '../../local/home.ts';

interface LinkOptions {
  dataDir?: string;
  json?: boolean;
}

/** Lets the server's runs work in a repository of this machine. */
export async function runnerLink(place: string, options: LinkOptions): Promise<void> {
  const dataDir = runnerFolder(options.dataDir);
  const link = await linkFor(place);
  addLink(dataDir, link);
  if (options.json) return void process.stdout.write(`${JSON.stringify(link)}\n`);
  process.stdout.write(`Linked ${lineOf(link)}.\n`);
  if (link.path !== null && link.url === null) process.stdout.write(`A project finds it by its path: ${link.path}\n`);
  else
    process.stdout.write(`A project finds it by its address: ${link.url}${link.path === null ? '' : `, or by its path: ${link.path}`}\n`);
  sayWhen(dataDir);
}

/** Ends that. Work in hand goes on; the next run is refused. */
export async function runnerUnlink(place: string, options: LinkOptions): Promise<void> {
  const dataDir = runnerFolder(options.dataDir);
  // A folder that is gone can still be unlinked by the name it had.
  const link = await linkFor(place).catch(() => null);
  const removed = [link?.path, link?.path === null ? link.url : null, place].some((name) => name != null && removeLink(dataDir, name));
  if (!removed) throw new CommandError(`${place} is not linked. See what is: npx specwright runner links`);
  process.stdout.write(`Unlinked ${place}.\n`);
  sayWhen(dataDir);
}

export async function runnerLinks(options: LinkOptions): Promise<void> {
  const links = readLinks(runnerFolder(options.dataDir));
  if (options.json) return void process.stdout.write(`${JSON.stringify(links)}\n`);
  if (links.length === 0) process.stdout.write('No repository is linked. Link one: npx specwright runner link DIR\n');
  for (const link of links) process.stdout.write(`${lineOf(link)}\n`);
}

async function linkFor(place: string): Promise<Link> {
  try {
    return await linkOf(place);
  } catch (error) {
    throw new CommandError(error instanceof Error ? error.message : String(error));
  }
}

function lineOf({ path, url }: Link): string {
  return [path, url === null ? null : hideLogin(url)].filter((part) => part !== null).join('  ');
}

function hideLogin(url: string): string {
  return url.replace(/:\/\/[^/@\s]*@/, '://');
}

function sayWhen(dataDir: string): void {
  if (readStatusFile(dataDir) !== null) process.stdout.write('The running runner tells its server within half a minute.\n');
}
