/** What kind of failure a first attempt leaves; `contradiction` cannot be healed by anybody who leaves the tests as they are. */
export const KINDS = ['missing file', 'syntax error', 'failing test', 'missing dependency'] as const;
export type Kind = (typeof KINDS)[number] | 'contradiction';

/** A batch of one task that went wrong. All paths are in the case's own folder; every check runs without a network. */
export interface HealCase {
  name: string;
  kind: Kind;
  task: string;
  /** What the repository has before: the tests, which nobody may change. */
  given: Record<string, string>;
  /** What the first attempt wrote; it said that it was done. */
  broken: Record<string, string>;
  /** What mends it; left out: nothing does. */
  mended?: Record<string, string>;
  /** What the check runs in the case's folder. */
  check: string;
}

const TEST = 'node --test';
const INSTALL = 'npm install --offline --no-audit --no-fund --loglevel=error && node --test';

const testOf = (imports: string, ...asserts: string[]) =>
  `import assert from 'node:assert/strict';\nimport { test } from 'node:test';\n${imports}\n\n${asserts.map((one, at) => `test('${at + 1}', () => {\n  ${one}\n});`).join('\n')}\n`;

const SHOUT = { 'vendor/shout/package.json': '{ "name": "shout", "version": "1.0.0", "type": "module", "exports": "./index.js" }\n' };

/** The public set: three cases of each kind, and one that cannot be healed. */
export const HEAL_CASES: HealCase[] = [
  {
    ...{ name: 'settings', kind: 'missing file', check: TEST },
    task: 'Write settings.mjs: it exports `port`, read from settings.json beside it, which says 8080',
    given: { 'settings.test.mjs': testOf("import { port } from './settings.mjs';", 'assert.equal(port, 8080);') },
    broken: {
      'settings.mjs':
        "import { readFileSync } from 'node:fs';\nexport const { port } = JSON.parse(readFileSync(new URL('settings.json', import.meta.url), 'utf8'));\n",
    },
    mended: { 'settings.json': '{ "port": 8080 }\n' },
  },
  {
    ...{ name: 'words', kind: 'missing file', check: TEST },
    task: 'Write count.mjs: `count(text)` counts words; splitting them is a module of its own, split.mjs',
    given: {
      'count.test.mjs': testOf("import { count } from './count.mjs';", "assert.equal(count('a b  c'), 3);", "assert.equal(count(''), 0);"),
    },
    broken: { 'count.mjs': "import { split } from './split.mjs';\nexport const count = (text) => split(text).length;\n" },
    mended: { 'split.mjs': 'export const split = (text) => text.split(/\\s+/).filter(Boolean);\n' },
  },
  {
    ...{ name: 'page', kind: 'missing file', check: TEST },
    task: 'Write render.mjs: `render(title)` fills {{title}} in template.html with the title; the template has it in an h1',
    given: { 'render.test.mjs': testOf("import { render } from './render.mjs';", "assert.match(render('Hello'), /<h1>Hello<\\/h1>/);") },
    broken: {
      'render.mjs':
        "import { readFileSync } from 'node:fs';\nconst template = readFileSync(new URL('template.html', import.meta.url), 'utf8');\nexport const render = (title) => template.replaceAll('{{title}}', title);\n",
    },
    mended: { 'template.html': '<!doctype html>\n<h1>{{title}}</h1>\n' },
  },
  {
    ...{ name: 'basket', kind: 'syntax error', check: TEST },
    task: 'Write basket.mjs: `total(items)` adds price times count',
    given: {
      'basket.test.mjs': testOf(
        "import { total } from './basket.mjs';",
        'assert.equal(total([{ price: 3, count: 2 }, { price: 1, count: 1 }]), 7);',
      ),
    },
    broken: {
      'basket.mjs': 'export function total(items) {\n  return items.reduce((sum, { price, count }) => sum + price * count, 0;\n}\n',
    },
    mended: {
      'basket.mjs': 'export function total(items) {\n  return items.reduce((sum, { price, count }) => sum + price * count, 0);\n}\n',
    },
  },
  {
    ...{ name: 'cities', kind: 'syntax error', check: TEST },
    task: 'Write cities.json: a list with Berlin and Oslo, each with name and country code (DE, NO)',
    given: {
      'cities.test.mjs': testOf(
        "import { readFileSync } from 'node:fs';\nconst cities = () => JSON.parse(readFileSync(new URL('cities.json', import.meta.url), 'utf8'));",
        "assert.deepEqual(cities().map(({ name, country }) => [name, country]), [['Berlin', 'DE'], ['Oslo', 'NO']]);",
      ),
    },
    broken: { 'cities.json': '[\n  { "name": "Berlin", "country": "DE" },\n  { "name": "Oslo", "country": "NO" },\n]\n' },
    mended: { 'cities.json': '[\n  { "name": "Berlin", "country": "DE" },\n  { "name": "Oslo", "country": "NO" }\n]\n' },
  },
  {
    ...{ name: 'backup', kind: 'syntax error', check: 'sh -n backup.sh && [ "$(sh backup.sh notes)" = "saving notes" ]' },
    task: 'Write backup.sh: it says "saving NAME" for the name it is given',
    given: { 'README.md': 'Saves things.\n' },
    broken: { 'backup.sh': '#!/bin/sh\nif [ -n "$1" ]; then\n  echo "saving $1\nfi\n' },
    mended: { 'backup.sh': '#!/bin/sh\nif [ -n "$1" ]; then\n  echo "saving $1"\nfi\n' },
  },
  {
    ...{ name: 'pages', kind: 'failing test', check: TEST },
    task: 'Write pages.mjs: `pages(items, size)` is how many pages hold that many items',
    given: {
      'pages.test.mjs': testOf(
        "import { pages } from './pages.mjs';",
        'assert.equal(pages(10, 5), 2);',
        'assert.equal(pages(11, 5), 3);',
        'assert.equal(pages(0, 5), 0);',
      ),
    },
    broken: { 'pages.mjs': 'export const pages = (items, size) => Math.floor(items / size) + 1;\n' },
    mended: { 'pages.mjs': 'export const pages = (items, size) => Math.ceil(items / size);\n' },
  },
  {
    ...{ name: 'order', kind: 'failing test', check: TEST },
    task: 'Write order.mjs: `order(numbers)` is a sorted copy, smallest first',
    given: {
      'order.test.mjs': testOf(
        "import { order } from './order.mjs';",
        'assert.deepEqual(order([10, 9, 1]), [1, 9, 10]);',
        'const list = [2, 1]; order(list); assert.deepEqual(list, [2, 1]);',
      ),
    },
    broken: { 'order.mjs': 'export const order = (numbers) => numbers.sort();\n' },
    mended: { 'order.mjs': 'export const order = (numbers) => [...numbers].sort((a, b) => a - b);\n' },
  },
  {
    ...{ name: 'money', kind: 'failing test', check: TEST },
    task: 'Write money.mjs: `share(cents, people)` divides whole cents; the first get the rest, a cent each',
    given: {
      'money.test.mjs': testOf(
        "import { share } from './money.mjs';",
        'assert.deepEqual(share(10, 3), [4, 3, 3]);',
        'assert.deepEqual(share(9, 3), [3, 3, 3]);',
      ),
    },
    broken: { 'money.mjs': 'export const share = (cents, people) => Array.from({ length: people }, () => Math.round(cents / people));\n' },
    mended: {
      'money.mjs':
        'export const share = (cents, people) =>\n  Array.from({ length: people }, (_, at) => Math.floor(cents / people) + (at < cents % people ? 1 : 0));\n',
    },
  },
  {
    ...{ name: 'loud', kind: 'missing dependency', check: INSTALL },
    task: 'Write loud.mjs: `loud(text)` uses the package `shout`, which stands in vendor/shout',
    given: {
      ...SHOUT,
      'vendor/shout/index.js': "export const shout = (text) => text.toUpperCase() + '!';\n",
      'package.json': '{ "name": "loud", "private": true, "type": "module" }\n',
      '.gitignore': 'node_modules/\npackage-lock.json\n',
      'loud.test.mjs': testOf("import { loud } from './loud.mjs';", "assert.equal(loud('hey'), 'HEY!');"),
    },
    broken: { 'loud.mjs': "import { shout } from 'shout';\nexport const loud = (text) => shout(text);\n" },
    mended: { 'package.json': '{ "name": "loud", "private": true, "type": "module", "dependencies": { "shout": "file:vendor/shout" } }\n' },
  },
  {
    ...{ name: 'shared', kind: 'missing dependency', check: TEST },
    task: 'Write area.mjs: `area(radius)` uses `square` of the shared code in lib/math.mjs as #math',
    given: {
      'lib/math.mjs': 'export const square = (number) => number * number;\n',
      'package.json': '{ "name": "shared", "private": true, "type": "module" }\n',
      'area.test.mjs': testOf("import { area } from './area.mjs';", 'assert.equal(Math.round(area(2)), 13);'),
    },
    broken: { 'area.mjs': "import { square } from '#math';\nexport const area = (radius) => Math.PI * square(radius);\n" },
    mended: { 'package.json': '{ "name": "shared", "private": true, "type": "module", "imports": { "#math": "./lib/math.mjs" } }\n' },
  },
  {
    ...{
      name: 'greeting',
      kind: 'missing dependency',
      check: 'npm install --offline --no-audit --no-fund --loglevel=error && npm run --silent greet',
    },
    task: 'Add the script "greet" to package.json: it runs the command `hello` of the package in vendor/hello',
    given: {
      'vendor/hello/package.json': '{ "name": "hello", "version": "1.0.0", "bin": "./hello.js" }\n',
      'vendor/hello/hello.js': "#!/usr/bin/env node\nconsole.log('hello');\n",
      'package.json': '{ "name": "greeting", "private": true }\n',
      '.gitignore': 'node_modules/\npackage-lock.json\n',
    },
    broken: { 'package.json': '{ "name": "greeting", "private": true, "scripts": { "greet": "hello" } }\n' },
    mended: {
      'package.json':
        '{ "name": "greeting", "private": true, "scripts": { "greet": "hello" }, "devDependencies": { "hello": "file:vendor/hello" } }\n',
    },
  },
  {
    ...{ name: 'twice', kind: 'contradiction', check: TEST },
    task: 'Write twice.mjs: `twice(number)`',
    given: { 'twice.test.mjs': testOf("import { twice } from './twice.mjs';", 'assert.equal(twice(2), 4);', 'assert.equal(twice(2), 5);') },
    broken: { 'twice.mjs': 'export const twice = (number) => number * 2;\n' },
  },
];

/** One of each kind, then the one that cannot be healed: enough to look at. */
export const ONE_OF_EACH: HealCase[] = [...KINDS, 'contradiction' as const].flatMap(
  (kind) => HEAL_CASES.find((one) => one.kind === kind) ?? [],
);
