import { Fragment, memo, type ReactNode, useMemo } from 'react';
import { cx } from '../ui/class-names.ts';
import { type Block, type Inline, type ListItem, parseMarkdown } from './markdown.ts';

/** Markdown as elements; nothing in it is ever executed. */
export const Markdown = memo(function Markdown({ source, className }: { source: string; className?: string }) {
  const blocks = useMemo(() => parseMarkdown(source), [source]);
  return (
    <div className={cx('max-w-[76ch] break-words [&>*+*]:mt-3', className)}>
      {blocks.map((block, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: blocks have no identity of their own.
        <BlockView key={index} block={block} />
      ))}
    </div>
  );
});

function BlockView({ block }: { block: Block }) {
  switch (block.type) {
    case 'heading':
      return <Heading level={block.level}>{inlines(block.children)}</Heading>;
    case 'code':
      return (
        <pre className="overflow-x-auto rounded-md border border-line bg-sunken p-3 text-[12px]">
          <code>{block.text}</code>
        </pre>
      );
    case 'list':
      return <ListView ordered={block.ordered} items={block.items} />;
    case 'quote':
      return (
        <blockquote className="whitespace-pre-line border-l-2 border-line-strong pl-3 text-muted">{inlines(block.children)}</blockquote>
      );
    case 'rule':
      return <hr className="border-line" />;
    default:
      return <p>{inlines(block.children)}</p>;
  }
}

function Heading({ level, children }: { level: number; children: ReactNode }) {
  // The page's own headings end at the second level.
  const Tag = `h${Math.min(6, level + 2)}` as 'h3';
  const look = level === 1 ? 'text-[16px]' : level === 2 ? 'text-[14px]' : 'text-[13px] text-muted';
  return (
    <Tag className={cx('pt-1 font-semibold', look)}>
      <span aria-hidden="true" className="mr-2 select-none text-accent/70">
        {'#'.repeat(level)}
      </span>
      {children}
    </Tag>
  );
}

function ListView({ ordered, items }: { ordered: boolean; items: ListItem[] }) {
  const List = ordered ? 'ol' : 'ul';
  return (
    <List className="grid grid-cols-1 gap-1">
      {items.map((item, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: items have no identity of their own.
        <li key={index} className="flex gap-2" style={{ marginLeft: `${item.depth * 16}px` }}>
          <span aria-hidden="true" className="shrink-0 select-none text-accent">
            {item.checked === null ? (ordered ? `${index + 1}.` : '–') : item.checked ? '[x]' : '[ ]'}
          </span>
          <span className="min-w-0">{inlines(item.children)}</span>
        </li>
      ))}
    </List>
  );
}

function inlines(parts: Inline[]): ReactNode {
  // biome-ignore lint/suspicious/noArrayIndexKey: parts have no identity of their own.
  return parts.map((part, index) => <Fragment key={index}>{inline(part)}</Fragment>);
}

function inline(part: Inline): ReactNode {
  switch (part.type) {
    case 'text':
      return part.text;
    case 'code':
      return <code className="rounded bg-raised px-1 py-0.5 text-[0.94em] text-accent">{part.text}</code>;
    case 'strong':
      return <strong className="font-semibold">{inlines(part.children)}</strong>;
    case 'em':
      return <em>{inlines(part.children)}</em>;
    case 'link':
      return (
        <a href={part.href} target="_blank" rel="noopener noreferrer nofollow" className="text-accent underline underline-offset-2">
          {inlines(part.children)}
        </a>
      );
  }
}
