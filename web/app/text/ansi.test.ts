import { expect, test } from 'vitest';
import { parseAnsi, stripAnsi } from './ansi.ts';

const ESC = '\u001b';

test('colours become spans and end with their reset', () => {
  expect(parseAnsi(`a ${ESC}[1;31mred${ESC}[0m b`)).toEqual([
    { text: 'a ', color: null, bold: false, dim: false },
    { text: 'red', color: 1, bold: true, dim: false },
    { text: ' b', color: null, bold: false, dim: false },
  ]);
});

test('bright, 256 and true colours never show their codes', () => {
  expect(stripAnsi(`${ESC}[92mok${ESC}[39m ${ESC}[38;5;208mo${ESC}[48;2;1;2;3mt${ESC}[m`)).toBe('ok ot');
  expect(parseAnsi(`${ESC}[38;5;1;1mx`)[0]).toMatchObject({ text: 'x', color: null, bold: true });
});

test('titles, links, cursor moves and bells are dropped', () => {
  expect(stripAnsi(`${ESC}]0;title\u0007a${ESC}[2K${ESC}[1Gb${ESC}]8;;https://x.test${ESC}\\link${ESC}]8;;${ESC}\\\u0007`)).toBe('ablink');
});

test('a carriage return begins the line anew, as progress bars do', () => {
  expect(stripAnsi('10%\r50%\r100%\ndone\r\n')).toBe('100%\ndone\n');
});
