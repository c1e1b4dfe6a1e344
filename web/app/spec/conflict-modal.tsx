import { Button } from '../ui/button.tsx';
import { Modal, ModalActions } from '../ui/modal.tsx';
import type { useSpecEditor } from './use-spec-editor.ts';

/** Two people edited: both versions side by side, and the choice which one stands. */
export function ConflictModal({ editor }: { editor: ReturnType<typeof useSpecEditor> }) {
  const { draft, server } = editor;
  return (
    <Modal
      wide
      open={editor.conflict}
      onClose={editor.closeConflict}
      title="Somebody saved in between"
      description={`Version ${server.version} was saved after you began with version ${draft.version}. Nothing is lost: choose which one stands, or go back and join them by hand.`}
    >
      <div className="grid grid-cols-1 gap-3 md:grid-cols-2">
        <Side title="Yours" heading={draft.title} text={draft.text} />
        <Side title={`Theirs (version ${server.version})`} heading={server.title} text={server.text} />
      </div>
      <ModalActions>
        <Button kind="ghost" onClick={editor.closeConflict}>
          Go on editing
        </Button>
        <Button onClick={editor.keepTheirs}>Take theirs</Button>
        <Button kind="primary" onClick={editor.keepMine} pending={editor.pending}>
          Save mine over it
        </Button>
      </ModalActions>
    </Modal>
  );
}

function Side({ title, heading, text }: { title: string; heading: string; text: string }) {
  return (
    <section aria-label={title} className="min-w-0">
      <h3 className="mb-1 text-[12px] text-muted">{title}</h3>
      <pre
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard.
        tabIndex={0}
        className="max-h-[45vh] overflow-auto whitespace-pre-wrap break-words rounded-md border border-line bg-sunken p-3 text-[12px]"
      >
        <strong>{heading}</strong>
        {'\n\n'}
        {text}
      </pre>
    </section>
  );
}
