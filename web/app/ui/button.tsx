import { Link, type LinkProps } from '@remix-run/react';
import { type ButtonHTMLAttributes, forwardRef } from 'react';
import { cx } from './class-names.ts';

export type ButtonKind = 'primary' | 'plain' | 'danger' | 'ghost';

const LOOKS: Record<ButtonKind, string> = {
  primary: 'bg-accent text-on-accent border-accent hover:bg-accent-hover hover:border-accent-hover font-semibold',
  plain: 'bg-raised text-ink border-line hover:border-line-strong',
  danger: 'bg-bad-soft text-bad border-bad/40 hover:border-bad',
  ghost: 'border-transparent text-muted hover:text-ink hover:bg-raised',
};

const SHAPE =
  'inline-flex items-center justify-center gap-1.5 whitespace-nowrap rounded-md border transition-colors select-none disabled:opacity-50 disabled:cursor-not-allowed aria-disabled:opacity-50 aria-disabled:cursor-not-allowed';

interface Looks {
  kind?: ButtonKind;
  small?: boolean;
}

function looks({ kind = 'plain', small }: Looks): string {
  return cx(SHAPE, LOOKS[kind], small ? 'h-[24px] px-2 text-[12px]' : 'h-8 px-3');
}

type ButtonProps = ButtonHTMLAttributes<HTMLButtonElement> & Looks & { pending?: boolean };

export const Button = forwardRef<HTMLButtonElement, ButtonProps>(function Button(
  { kind, small, pending, className, disabled, children, ...rest },
  ref,
) {
  return (
    <button
      ref={ref}
      type="button"
      {...rest}
      disabled={disabled || pending}
      aria-busy={pending || undefined}
      className={cx(looks({ kind, small }), className)}
    >
      {pending ? <Spinner /> : null}
      {children}
    </button>
  );
});

export function ButtonLink({ kind, small, className, ...rest }: LinkProps & Looks) {
  return <Link {...rest} className={cx(looks({ kind, small }), className)} />;
}

export function Spinner() {
  return (
    <span
      aria-hidden="true"
      className="inline-block size-3 shrink-0 animate-spin rounded-full border-2 border-current border-r-transparent opacity-80"
    />
  );
}
