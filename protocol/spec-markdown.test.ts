import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseSpecMarkdown, type SpecChunk, type SpecDocument, writeSpecMarkdown } from './spec-markdown.ts';

const CANONICAL = `# A greeting service

It says hello.

\`\`\`md
## Chunks
### not: a chunk
\`\`\`

## Chunks

### greet: Say hello

Write \`greet(name)\`.

#### Notes

- a list of the description

Acceptance criteria:
- says hello
- takes
  two lines

### cli: A command

Acceptance criteria:
- exits 0

Depends on: greet
`;

function read(text: string): SpecDocument {
  const parsed = parseSpecMarkdown(text);
  if (!parsed.ok) throw new Error(parsed.problems.map((problem) => `${problem.line}: ${problem.message}`).join('\n'));
  return parsed.spec;
}

function problems(text: string) {
  const parsed = parseSpecMarkdown(text);
  return parsed.ok ? [] : parsed.problems;
}

describe('a SPEC.md file', () => {
  it('is read into title, text and chunks; fences hide what looks like structure', () => {
    const spec = read(CANONICAL);
    expect(spec.title).toBe('A greeting service');
    expect(spec.text).toContain('### not: a chunk');
    expect(spec.chunks.map((chunk) => chunk.key)).toEqual(['greet', 'cli']);
    expect(spec.chunks[0]?.description).toBe('Write `greet(name)`.\n\n#### Notes\n\n- a list of the description');
    expect(spec.chunks[0]?.acceptanceCriteria).toEqual(['says hello', 'takes\ntwo lines']);
    expect(spec.chunks[1]).toMatchObject({ title: 'A command', description: '', dependsOn: ['greet'] });
  });

  it('round-trips byte for byte when it is canonical', () => {
    expect(writeSpecMarkdown(read(CANONICAL))).toBe(CANONICAL);
  });

  it('reads the same with CRLF and a byte order mark', () => {
    expect(read(`\uFEFF${CANONICAL.replaceAll('\n', '\r\n')}`)).toEqual(read(CANONICAL));
  });

  it('may have no chunks and no text', () => {
    expect(read('# Only a title')).toEqual({ title: 'Only a title', text: '', chunks: [] });
  });

  it('takes dependencies before criteria, backticks around keys, other bullets', () => {
    const spec = read('# T\n## Chunks\n### a: A\n### b: B\nDepends on: `a`, a\nAcceptance criteria:\n* one\n1. two\n');
    expect(spec.chunks[1]).toMatchObject({ dependsOn: ['a'], acceptanceCriteria: ['one', 'two'] });
  });

  it('is not swallowed by a fence that nobody closes', () => {
    expect(read('# T\n```js\nlet a\n## Chunks\n### a: A\n').chunks).toHaveLength(1);
  });
});

describe('a problem is named with its line', () => {
  const cases: [string, string, number, string][] = [
    ['no title', 'text\n', 1, 'begins with its title'],
    ['a duplicate key', '# T\n## Chunks\n### a: A\n### a: B\n', 4, '"a" stands at line 3'],
    ['an unknown dependency', '# T\n## Chunks\n### a: A\nDepends on: z\n', 4, '"z", which is not in this file'],
    ['a cycle', '# T\n## Chunks\n### a: A\nDepends on: b\n### b: B\nDepends on: a\n', 4, 'a → b → a'],
    ['a chunk that needs itself', '# T\n## Chunks\n### a: A\nDepends on: a\n', 4, 'a → a'],
    ['a heading without a key', '# T\n## Chunks\n### Just words\n', 3, '### key: title'],
    ['text before the first chunk', '# T\n## Chunks\nhello\n### a: A\n', 3, 'only chunks'],
    ['a section after the chunks', '# T\n## Chunks\n### a: A\n## More\n', 4, 'no other section'],
    ['text after the criteria', '# T\n## Chunks\n### a: A\nAcceptance criteria:\n- x\n\nmore\n', 7, 'before its acceptance criteria'],
    ['a title that is too long', `# ${'x'.repeat(201)}\n`, 1, 'longer than 200'],
  ];
  it.each(cases)('%s', (_name, text, line, words) => {
    expect(problems(text)).toEqual([{ line, message: expect.stringContaining(words) }]);
  });

  it('names all of them at once, in order', () => {
    expect(problems('# T\n## Chunks\n### a: A\nDepends on: x\n### a: B\nDepends on: y\n').map((problem) => problem.line)).toEqual([
      4, 5, 6,
    ]);
  });
});

const line = fc.oneof(
  fc.string({ maxLength: 20 }).map((text) => text.replace(/[\r\n]/g, ' ')),
  fc.constantFrom('', '## Chunks', '\\## Chunks', '### a: b', '# x', '```', '~~~~', '``` js', '  ```', '\\```', 'Depends on: q'),
  fc.constantFrom('Acceptance criteria:', '\\Depends on:', '- item', '#### deep', '    code', '###'),
);
const block = fc.array(line, { maxLength: 12 }).map((lines) =>
  lines
    .join('\n')
    .replace(/^(\s*\n)+|(\n\s*)+$/g, '')
    .replace(/^\s+$/, ''),
);
const word = fc.string({ minLength: 1, maxLength: 30 }).map((text) => text.replace(/\s+/g, ' ').trim() || 'x');
const criterion = fc.array(line, { minLength: 1, maxLength: 4 }).map(
  (lines) =>
    lines
      .map((one) => one.trimEnd())
      .join('\n')
      .trim() || 'x',
);
const key = fc.stringMatching(/^[a-z0-9][a-z0-9._-]{0,10}$/);

const chunks = fc.uniqueArray(key, { maxLength: 6 }).chain((keys) =>
  fc.tuple(
    ...keys.map((name, i) =>
      fc.record<SpecChunk>({
        key: fc.constant(name),
        title: word,
        description: block,
        acceptanceCriteria: fc.array(criterion, { maxLength: 4 }),
        dependsOn: i === 0 ? fc.constant([]) : fc.uniqueArray(fc.constantFrom(...keys.slice(0, i)), { maxLength: 3 }),
      }),
    ),
  ),
);
const document: fc.Arbitrary<SpecDocument> = fc.record({ title: word, text: block, chunks });

describe('for every spec', () => {
  it('what is written reads back the same, whatever its texts look like', () => {
    fc.assert(
      fc.property(document, (spec) => {
        expect(read(writeSpecMarkdown(spec))).toEqual(spec);
      }),
      { numRuns: 2000 },
    );
  });

  it('any text at all is read, or refused with problems, never thrown at', () => {
    fc.assert(
      fc.property(fc.array(line, { maxLength: 30 }), (lines) => {
        const parsed = parseSpecMarkdown(lines.join('\n'));
        return parsed.ok || (parsed.problems.length > 0 && parsed.problems.every((problem) => problem.line >= 1));
      }),
      { numRuns: 2000 },
    );
  });

  it('a file that was read is written canonically: once written, it stays', () => {
    fc.assert(
      fc.property(fc.array(line, { maxLength: 20 }), (lines) => {
        const parsed = parseSpecMarkdown(`# T\n${lines.join('\n')}`);
        if (!parsed.ok) return true;
        const written = writeSpecMarkdown(parsed.spec);
        return writeSpecMarkdown(read(written)) === written;
      }),
      { numRuns: 2000 },
    );
  });
});
