import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { configFileSchema } from '../runner/configuration/config-file.ts';
import { ROOT } from '../scripts/run-step.ts';
import { ACCESS } from '../worker/access.ts';

const PAGES = ['README.md', ...globSync('docs/**/*.md', { cwd: ROOT })];
const FOLDERS = 'bench,bin,cli,durable-objects,migrations,protocol,runner,scripts,tests,web,worker';
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');
/** Without their examples of files, which name what is a person's own. */
const text = new Map(PAGES.map((page) => [page, read(page).replace(/^ *```yaml[\s\S]*?```$/gm, '')]));
const EXAMPLES = new Set(['VLLM_KEY']);

/** Everything that runs, as one text. */
const code = globSync([`{${FOLDERS}}/**/*.{ts,tsx,mjs,json,sql}`, 'package.json', 'wrangler.toml', '.dependency-cruiser.cjs'], {
  cwd: ROOT,
  exclude: (name) => ['node_modules', 'build', 'docs.test.ts'].includes(String(name).split('/').at(-1) ?? ''),
})
  .map(read)
  .join('\n');

describe.each(PAGES)('%s', (page) => {
  const its = text.get(page) ?? '';

  it('leads to files and headings that are there', () => {
    const links = matches(its, /\]\(([^)\s]+)\)/g).filter((link) => !/^[a-z]+:/.test(link));
    expect(links.filter((link) => !leads(page, link))).toEqual([]);
  });

  it('names files that are there', () => {
    const named = matches(its, new RegExp(`\`((?:${FOLDERS.replaceAll(',', '|')})/[^\`\\s<>]*)\``, 'g'));
    expect(named.filter((name) => globSync(globOf(name), { cwd: ROOT }).length === 0)).toEqual([]);
  });

  it('names variables, codes and settings that the code knows', () => {
    const names = matches(its.replace(/\]\([^)]*\)/g, ''), /(?<![\w$/-])([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)(?![\w-])/g);
    expect([...new Set(names)].filter((name) => !EXAMPLES.has(name) && !known(name))).toEqual([]);
  });

  it('names commands and options that are there', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const run = matches(its, /npm run ([a-z:-]+)/g);
    const commands = matches(its, /npx specwright ((?:runner )?[a-z]+)/g).map((words) => words.split(' ').at(-1) ?? '');
    const options = matches(its, /npx specwright [^`\n#]*?(--[a-z-]+)/g);
    expect(run.filter((script) => !(script in scripts))).toEqual([]);
    expect(commands.filter((command) => !code.includes(`.command('${command}')`))).toEqual([]);
    expect(options.filter((option) => !code.includes(`'${option}`))).toEqual([]);
  });
});

describe('docs/configuration.md', () => {
  const page = read('docs/configuration.md');

  it('has every key of .handoff/config.yaml', () => {
    const { tools, defaults, ...rest } = configFileSchema.shape;
    const keys = [tools, defaults].flatMap((part) => Object.keys(part.unwrap().unwrap().shape)).concat(Object.keys(rest));
    expect(keys.filter((key) => !new RegExp(`^ *${key}:`, 'm').test(page))).toEqual([]);
  });

  it('has every key of a tool', () => {
    const keys = Object.keys(executorKeys());
    expect(keys.filter((key) => !new RegExp(`^\\| .*\`${key}\`.* \\|`, 'm').test(page))).toEqual([]);
  });

  function executorKeys() {
    return configFileSchema.shape.tools.unwrap().unwrap().shape.executors.unwrap().unwrap().element.shape;
  }
});

describe('docs/api.md', () => {
  const described = new Set(routesIn(text.get('docs/api.md') ?? ''));

  it('has every route', () => {
    expect(Object.keys(ACCESS).filter((route) => !described.has(anonymous(route)))).toEqual([]);
  });

  it('has no route that is gone', () => {
    const there = new Set(Object.keys(ACCESS).map(anonymous));
    expect([...described].filter((route) => !there.has(route))).toEqual([]);
  });
});

function matches(from: string, pattern: RegExp): string[] {
  return [...from.matchAll(pattern)].map((match) => match[1] ?? '');
}

function leads(page: string, link: string): boolean {
  const [path = '', anchor] = link.split('#');
  const target = path === '' ? page : join(dirname(page), path);
  if (!existsSync(join(ROOT, target))) return false;
  return anchor === undefined || matches(read(target), /^#+ (.+)$/gm).some((heading) => slugOf(heading) === anchor);
}

function slugOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');
}

/** `tests/*.test.ts` as it is; `decide*` is a beginning; `path:12` names a line. */
function globOf(name: string): string {
  return name.replace(/:\d+$/, '').replace(/\/$/, '');
}

/** SPECWRIGHT_SERVER_<NAME> sets the server's variable <NAME>, SPECWRIGHT_<DURATION> a duration of the runner. */
function known(name: string): boolean {
  const bare = name.replace(/^SPECWRIGHT_(SERVER_)?/, '');
  return [name, bare].some((it) => new RegExp(`(?<![A-Z_])${it}(?![A-Z_])`).test(code));
}

/** The first column of a table: `GET, POST /api/x` are two routes, `POST /api/x/pause, /resume {…}` too. */
function routesIn(page: string): string[] {
  const METHODS = /((?:GET|POST|PUT|PATCH|DELETE)(?:, (?:GET|POST|PUT|PATCH|DELETE))*) (?=\/)/;
  return matches(page, /^\| ((?:GET|POST|PUT|PATCH|DELETE)(?:[^|\\]|\\.)*) \|/gm).flatMap((cell) => {
    const parts = cell
      .replace(/`[^`]*`/g, '')
      .split(METHODS)
      .slice(1);
    return parts.flatMap((methods, index) => (index % 2 === 0 ? routesOf(methods, parts[index + 1] ?? '') : []));
  });
}

function routesOf(methods: string, list: string): string[] {
  const paths = matches(list, /(\/[^\s,?]+)/g);
  const [first = ''] = paths;
  const whole = paths.map((path) => (/^\/(runner-)?api\//.test(path) ? path : first.replace(/\/[^/]+$/, path)));
  return methods.split(', ').flatMap((method) => whole.map((path) => anonymous(`${method} ${path}`)));
}

function anonymous(route: string): string {
  return route.replace(/:[A-Za-z]+/g, ':');
}
