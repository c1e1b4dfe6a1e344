export type Inline =
  | { type: 'text'; text: string }
  | { type: 'code'; text: string }
  | { type: 'strong' | 'em'; children: Inline[] }
  | { type: 'link'; href: string; children: Inline[] };

export interface ListItem {
  /** Null: no checkbox. */
  checked: boolean | null;
  depth: number;
  children: Inline[];
}

export type Block =
  | { type: 'heading'; level: number; children: Inline[] }
  | { type: 'paragraph' | 'quote'; children: Inline[] }
  | { type: 'code'; language: string; text: string }
  | { type: 'list'; ordered: boolean; items: ListItem[] }
  | { type: 'rule' };

const FENCE = /^\s{0,3}(```+|~~~+)\s*([\w+-]*)/;
const ITEM = /^(\s*)(?:[-*+]|(\d+)[.)])\s+(?:\[([ xX])\]\s+)?(.*)$/;

/**
 * The Markdown that specs use: headings, lists, checkboxes, code, quotes, emphasis, links. A tree, never HTML: whatever the text
 * holds, it stays text.
 */
export function parseMarkdown(source: string): Block[] {
  const lines = source.replace(/\r\n?/g, '\n').split('\n');
  const blocks: Block[] = [];
  let at = 0;
  while (at < lines.length) {
    const line = lines[at] ?? '';
    if (line.trim() === '') at++;
    else at = readBlock(lines, at, blocks);
  }
  return blocks;
}

/** Reads the block that begins at `at`; answers the line after it. */
function readBlock(lines: string[], at: number, blocks: Block[]): number {
  const line = lines[at] ?? '';
  const fence = FENCE.exec(line);
  if (fence) return readCode(lines, at, blocks, fence);
  const heading = /^\s{0,3}(#{1,6})\s+(.*?)\s*#*\s*$/.exec(line);
  if (heading) {
    blocks.push({ type: 'heading', level: heading[1]?.length ?? 1, children: parseInline(heading[2] ?? '') });
    return at + 1;
  }
  if (/^\s{0,3}([-*_])(\s*\1){2,}\s*$/.test(line)) {
    blocks.push({ type: 'rule' });
    return at + 1;
  }
  if (ITEM.test(line)) return readList(lines, at, blocks);
  return readText(lines, at, blocks);
}

function readCode(lines: string[], at: number, blocks: Block[], fence: RegExpExecArray): number {
  const mark = fence[1] ?? '```';
  const body: string[] = [];
  let next = at + 1;
  while (next < lines.length && !lines[next]?.trim().startsWith(mark)) body.push(lines[next++] ?? '');
  blocks.push({ type: 'code', language: fence[2] ?? '', text: body.join('\n') });
  return next + 1;
}

function readList(lines: string[], at: number, blocks: Block[]): number {
  const items: { text: string; checked: boolean | null; depth: number }[] = [];
  const ordered = /^\s*\d/.test(lines[at] ?? '');
  let next = at;
  for (; next < lines.length && lines[next]?.trim() !== ''; next++) {
    const line = lines[next] ?? '';
    const item = ITEM.exec(line);
    const last = items.at(-1);
    if (item) {
      const box = item[3];
      items.push({ text: item[4] ?? '', checked: box === undefined ? null : box !== ' ', depth: Math.floor((item[1]?.length ?? 0) / 2) });
    } else if (last && /^\s+\S/.test(line)) last.text += ` ${line.trim()}`;
    else break;
  }
  blocks.push({ type: 'list', ordered, items: items.map(({ text, ...rest }) => ({ ...rest, children: parseInline(text) })) });
  return next;
}

function readText(lines: string[], at: number, blocks: Block[]): number {
  const quoted = lines[at]?.startsWith('>') ?? false;
  const body: string[] = [];
  let next = at;
  for (; next < lines.length; next++) {
    const line = lines[next] ?? '';
    if (line.trim() === '' || (next > at && (line.startsWith('>') !== quoted || startsOther(line)))) break;
    body.push(quoted ? line.replace(/^>\s?/, '') : line.trim());
  }
  blocks.push({ type: quoted ? 'quote' : 'paragraph', children: parseInline(body.join('\n')) });
  return next;
}

function startsOther(line: string): boolean {
  return FENCE.test(line) || /^\s{0,3}#{1,6}\s/.test(line) || ITEM.test(line);
}

const INLINE =
  /(`+)([\s\S]+?)\1|\*\*([^*]+(?:\*[^*]+)*?)\*\*|(?<![\w*])[*_]([^*_\s](?:[^*_]*[^*_\s])?)[*_](?!\w)|\[([^\]]+)\]\(([^()\s]+)\)|(https?:\/\/[^\s<>()]+[^\s<>().,;:!?'"])/;

/** Code, emphasis and links of one line of text. Only http and https addresses become links. */
export function parseInline(text: string): Inline[] {
  const found = INLINE.exec(text);
  if (!found) return text === '' ? [] : [{ type: 'text', text }];
  const before = text.slice(0, found.index);
  const after = text.slice(found.index + found[0].length);
  return [...(before === '' ? [] : [{ type: 'text' as const, text: before }]), inlineOf(found), ...parseInline(after)];
}

function inlineOf(found: RegExpExecArray): Inline {
  const [all, , code, strong, em, label, target, bare] = found;
  if (code !== undefined) return { type: 'code', text: code.trim() };
  if (strong !== undefined) return { type: 'strong', children: parseInline(strong) };
  if (em !== undefined) return { type: 'em', children: parseInline(em) };
  const href = target ?? bare ?? '';
  if (!/^https?:\/\//i.test(href)) return { type: 'text', text: all };
  return { type: 'link', href, children: label === undefined ? [{ type: 'text', text: href }] : parseInline(label) };
}
