import type { Spec } from '@specwright/protocol/api.ts';
import { useEffect, useState } from 'react';
import { useMay } from '../shell/me.ts';
import { Markdown } from '../text/markdown-view.tsx';
import { Button } from '../ui/button.tsx';
import { TextArea, TextField } from '../ui/field.tsx';
import { Empty, Notice, Panel } from '../ui/surface.tsx';
import { ConflictModal } from './conflict-modal.tsx';
import { LeaveGuard } from './leave-guard.tsx';
import { useSpecEditor } from './use-spec-editor.ts';

/** The spec's title and text: read, edit with a preview beside it, save. What is typed survives a closed tab. */
export function SpecText({ spec }: { spec: Spec }) {
  const editor = useSpecEditor(spec);
  const mayWrite = useMay('member');
  const [editing, setEditing] = useState(false);
  const open = mayWrite && (editing || editor.dirty);
  return (
    <Panel
      id="text-heading"
      title="Spec text"
      aside={
        open ? (
          <>
            <span role="status" className="text-[12px] text-faint">
              {editor.dirty ? 'draft kept in this browser' : 'no changes'}
            </span>
            <Button
              small
              kind="ghost"
              onClick={() => {
                editor.discard();
                setEditing(false);
              }}
            >
              {editor.dirty ? 'Discard' : 'Close'}
            </Button>
            <Button
              small
              kind="primary"
              disabled={!editor.dirty}
              pending={editor.pending}
              onClick={() => editor.save(() => setEditing(false))}
            >
              Save
            </Button>
          </>
        ) : mayWrite ? (
          <Button small onClick={() => setEditing(true)}>
            Edit
          </Button>
        ) : null
      }
    >
      {open ? (
        <Editor editor={editor} onSaved={() => setEditing(false)} />
      ) : spec.text.trim() === '' ? (
        <Empty title="No text yet">What is to be built, and why. Every chunk’s agent reads it.</Empty>
      ) : (
        <Markdown source={spec.text} />
      )}
      <ConflictModal editor={editor} />
      <LeaveGuard dirty={editor.dirty} />
    </Panel>
  );
}

function Editor({ editor, onSaved }: { editor: ReturnType<typeof useSpecEditor>; onSaved: () => void }) {
  const [preview, setPreview] = useState(false);
  const { save } = editor;
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (!(event.metaKey || event.ctrlKey) || event.key.toLowerCase() !== 's') return;
      event.preventDefault();
      save(onSaved);
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [save, onSaved]);
  return (
    <>
      {editor.restored ? (
        <div className="mb-4">
          <Notice tone="info" role="status">
            An unsaved draft was found in this browser and is shown here.
          </Notice>
        </div>
      ) : null}
      <TextField label="Title" value={editor.draft.title} onChange={(title) => editor.change({ title })} maxLength={200} />
      {preview ? (
        <div className="min-h-64 rounded-md border border-line bg-sunken p-4">
          <Markdown source={editor.draft.text} />
        </div>
      ) : (
        <TextArea
          label="Text (Markdown)"
          value={editor.draft.text}
          onChange={(text) => editor.change({ text })}
          rows={18}
          maxLength={200_000}
          className="leading-[1.55]"
        />
      )}
      <div className="mt-2">
        <Button small kind="ghost" aria-pressed={preview} onClick={() => setPreview(!preview)}>
          {preview ? 'Write' : 'Preview'}
        </Button>
      </div>
    </>
  );
}
