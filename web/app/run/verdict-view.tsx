import type { Verdict } from '@specwright/protocol/verdict.ts';
import { Icon } from '../ui/icon.tsx';
import { StatusBadge } from '../ui/status-badge.tsx';

/** A review, or a phase's confirmation, as it was given: verdict, summary, each check with its evidence, what is to change. */
export function VerdictView({ verdict, step = 'review' }: { verdict: Verdict; step?: 'review' | 'confirm' }) {
  return (
    <section
      aria-label={step === 'review' ? 'Review verdict' : 'Confirmation'}
      data-testid="verdict"
      data-verdict={verdict.verdict}
      className="rounded-md border border-line bg-surface p-3"
    >
      <div className="flex flex-wrap items-center gap-2">
        <span className="text-[12px] text-faint">{step}</span>
        <StatusBadge status={verdict.verdict} />
      </div>
      <p className="mt-1.5 whitespace-pre-wrap break-words">{verdict.summary}</p>
      {verdict.checks.length > 0 ? (
        <ul className="mt-2 grid grid-cols-1 gap-1.5">
          {verdict.checks.map((check, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a frozen list; names may repeat.
            <li key={index} className="flex gap-2">
              <Icon name={check.passed ? 'check' : 'cross'} className={check.passed ? 'mt-[0.2em] text-accent' : 'mt-[0.2em] text-bad'} />
              <span className="min-w-0 break-words">
                <span className="sr-only">{check.passed ? 'passed: ' : 'failed: '}</span>
                {check.name}
                <Evidence evidence={check.evidence} />
              </span>
            </li>
          ))}
        </ul>
      ) : null}
      {verdict.requestedChanges.length > 0 ? (
        <>
          <h4 className="mt-3 text-[12px] text-review">Requested changes</h4>
          <ul className="mt-1 grid grid-cols-1 gap-1 text-muted">
            {verdict.requestedChanges.map((change) => (
              <li key={change} className="flex gap-2">
                <Icon name="redo" className="mt-[0.2em] text-review" />
                <span className="min-w-0 break-words">{change}</span>
              </li>
            ))}
          </ul>
        </>
      ) : null}
    </section>
  );
}

function Evidence({ evidence }: { evidence: Verdict['checks'][number]['evidence'] }) {
  const place = evidence.file ? `${evidence.file}${evidence.line ? `:${evidence.line}` : ''}` : null;
  return (
    <span className="block text-[12px] text-muted">
      {place ? <code className="mr-2 break-all text-info">{place}</code> : null}
      {evidence.text}
    </span>
  );
}
