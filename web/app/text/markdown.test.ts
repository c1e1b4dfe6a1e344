import { describe, expect, test } from 'vitest';
import { parseInline, parseMarkdown } from './markdown.ts';

const plain = (text: string) => [{ type: 'text', text }];

describe('blocks', () => {
  test('headings, paragraphs, rules and quotes', () => {
    expect(parseMarkdown('# One #\ntwo\nthree\n\n---\n> four\n> five')).toEqual([
      { type: 'heading', level: 1, children: plain('One') },
      { type: 'paragraph', children: plain('two\nthree') },
      { type: 'rule' },
      { type: 'quote', children: plain('four\nfive') },
    ]);
  });

  test('a fence keeps its text as it is, also when it never ends', () => {
    expect(parseMarkdown('```js\n# not a heading\n**x**\n```\nafter')).toEqual([
      { type: 'code', language: 'js', text: '# not a heading\n**x**' },
      { type: 'paragraph', children: plain('after') },
    ]);
    expect(parseMarkdown('```\nopen')).toEqual([{ type: 'code', language: '', text: 'open' }]);
  });

  test('lists know order, depth, checkboxes and wrapped lines', () => {
    expect(parseMarkdown('1. a\n2. b')).toMatchObject([{ type: 'list', ordered: true, items: [{ depth: 0 }, { depth: 0 }] }]);
    expect(parseMarkdown('- [ ] open\n- [x] done\n  - deep\n    wrapped')).toEqual([
      {
        type: 'list',
        ordered: false,
        items: [
          { checked: false, depth: 0, children: plain('open') },
          { checked: true, depth: 0, children: plain('done') },
          { checked: null, depth: 1, children: plain('deep wrapped') },
        ],
      },
    ]);
  });
});

describe('inline', () => {
  test('code wins over emphasis', () => {
    expect(parseInline('`**a**` **b** *c*')).toEqual([
      { type: 'code', text: '**a**' },
      { type: 'text', text: ' ' },
      { type: 'strong', children: plain('b') },
      { type: 'text', text: ' ' },
      { type: 'em', children: plain('c') },
    ]);
  });

  test('names_with_underscores and 2*3*4 are no emphasis', () => {
    expect(parseInline('names_with_underscores and 2*3*4')).toEqual(plain('names_with_underscores and 2*3*4'));
  });

  test('only http and https become links; anything else stays the text it is', () => {
    expect(parseInline('[a](https://x.test/b)')).toEqual([{ type: 'link', href: 'https://x.test/b', children: plain('a') }]);
    expect(parseInline('see https://x.test/b.')).toMatchObject([
      { type: 'text' },
      { type: 'link', href: 'https://x.test/b' },
      { type: 'text', text: '.' },
    ]);
    expect(parseInline('[a](javascript:alert`1`)').some((part) => part.type === 'link')).toBe(false);
    expect(parseInline('<img src=x onerror=alert(1)>')).toEqual(plain('<img src=x onerror=alert(1)>'));
  });
});

test('a long hostile text is read in a moment', () => {
  expect(parseMarkdown(`${'*a '.repeat(20_000)}\n${'['.repeat(20_000)}`)).toHaveLength(1);
});
