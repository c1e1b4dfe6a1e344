import { useState } from 'react';
import { Button, ButtonLink } from '../ui/button.tsx';
import { Notice } from '../ui/surface.tsx';
import type { Start } from './use-start.ts';

/** One orchestration a project: see the one that is in progress, or cancel it and start this one. */
export function ActiveNotice({ start: { active, replace, replacing } }: { start: Start }) {
  const [asking, setAsking] = useState(false);
  if (active === null) return null;
  if (replacing)
    return (
      <Notice tone="warn" role="status" testId="phase-active">
        Cancelling it: its agent is being ended. This one starts right after.
      </Notice>
    );
  if (asking)
    return (
      <Notice
        tone="bad"
        role="alert"
        testId="phase-active"
        action={
          <>
            <Button small kind="ghost" onClick={() => setAsking(false)}>
              Keep it
            </Button>
            <Button small kind="danger" autoFocus onClick={replace}>
              Cancel it and start this one
            </Button>
          </>
        }
      >
        Cancel the one in progress? Its agent is ended in mid-work. What is done stays on its branch.
      </Notice>
    );
  return (
    <Notice
      tone="warn"
      role="alert"
      testId="phase-active"
      action={
        <>
          <ButtonLink small to={`/runs/${active}`}>
            See it
          </ButtonLink>
          <Button small kind="danger" onClick={() => setAsking(true)}>
            Cancel it…
          </Button>
        </>
      }
    >
      Orchestration already in progress
    </Notice>
  );
}
