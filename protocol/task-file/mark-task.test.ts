import { describe, expect, it } from 'vitest';
import { markBox } from './mark-task.ts';
import { readTaskFile } from './read-task-file.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const boxOf = (text: string, id: string) => {
  const box = readTaskFile(text).tasks.find((task) => task.id === id)?.boxes[0];
  if (!box) throw new Error(`no task ${id}`);
  return box;
};

describe('marking a task', () => {
  const text = '\uFEFF## Übung\r\n- [ ] T001 a\n* [ ] T001a [x] b\r\n- [ ] T002 see T001\n';

  it.each(['T001', 'T001a', 'T002'])('changes one byte: %s', (id) => {
    const before = bytes(text);
    const after = markBox(before, boxOf(text, id), 'x');
    if (!(after instanceof Uint8Array)) throw new Error(after.message);
    const different = Array.from(after.keys()).filter((at) => after[at] !== before[at]);
    expect(different).toHaveLength(1);
    const read = readTaskFile(new TextDecoder('utf-8', { ignoreBOM: true }).decode(after));
    expect(read.tasks.filter(({ state }) => state === 'done').map((task) => task.id)).toEqual([id]);
  });

  it('keeps bytes that are no text', () => {
    const file = new Uint8Array([...bytes('- [ ] T001 a\n'), 0xff, 0xfe]);
    const after = markBox(file, boxOf('- [ ] T001 a\n', 'T001'), 'x');
    expect(after).toEqual(new Uint8Array([...bytes('- [x] T001 a\n'), 0xff, 0xfe]));
  });

  it('is refused when the line is another one by now', () => {
    const box = boxOf(text, 'T002');
    expect(markBox(bytes(`new line\n${text}`), box, 'x')).toMatchObject({ refused: true, code: 'CONFLICT' });
    expect(markBox(bytes('short'), box, 'x')).toMatchObject({ refused: true, code: 'CONFLICT' });
  });

  it('finds a line whose mark alone changed', () => {
    const box = boxOf(text, 'T002');
    const after = markBox(bytes(text.replace('- [ ] T002', '- [x] T002')), box, ' ');
    expect(after).toEqual(bytes(text));
  });
});
