import { toast } from 'sonner';
import { Icon } from './icon.tsx';

/** A text that a click puts on the clipboard. */
export function CopyText({ text, shown = text }: { text: string; shown?: string }) {
  const copy = () =>
    navigator.clipboard.writeText(text).then(
      () => toast.success('Copied'),
      () => toast.error('This browser does not allow copying here.'),
    );
  return (
    <button type="button" onClick={copy} title={`Copy ${text}`} className="max-w-full break-all text-left hover:text-accent">
      {shown}
      <Icon name="copy" className="ml-1.5 text-faint" />
      <span className="sr-only">, copy</span>
    </button>
  );
}
