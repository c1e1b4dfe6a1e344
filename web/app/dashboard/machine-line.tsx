import { Link } from '@remix-run/react';
import type { RunnerInfo } from '@specwright/protocol/runners-api.ts';
import { isDemo, summarize } from '../machines/found.ts';
import { plural } from '../ui/format.ts';
import { Icon } from '../ui/icon.tsx';
import { Notice } from '../ui/surface.tsx';

/** "1 machine online: opencode 1.18.33, git 2.39", or what to do when none is. */
export function MachineLine({ runners }: { runners: RunnerInfo[] }) {
  const online = runners.filter((runner) => runner.online);
  return (
    <div role="status">
      <p className="mt-1 flex items-start gap-2 text-muted" data-testid="machines">
        <Icon name="dot" className={online.length > 0 ? 'mt-[0.2em] text-accent' : 'mt-[0.2em] text-bad'} />
        {online.length > 0 ? (
          <Link to="/machines" className="hover:text-ink">
            {plural(online.length, 'machine')} online: {online.map(summarize).join(' · ')}
          </Link>
        ) : (
          <span>
            No machine is online: runs wait until one is.{' '}
            <Link to="/machines" className="text-accent underline underline-offset-2">
              See why
            </Link>
          </span>
        )}
      </p>
    </div>
  );
}

/** Says so where scripted answers play the model. */
export function DemoNotice({ runners }: { runners: RunnerInfo[] }) {
  if (!runners.some((runner) => runner.online && isDemo(runner))) return null;
  return (
    <div className="mb-4">
      <Notice tone="info" testId="demo-notice">
        Demo model: no model key was found, so answers are scripted. The agent, git, checks and reviews are real. Set a key and start again
        to use a real model.
      </Notice>
    </div>
  );
}
