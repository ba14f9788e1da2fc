import type { ComponentProps, ReactNode } from 'react';

type Kind = 'plain' | 'primary' | 'danger' | 'quiet';

const KINDS: Record<Kind, string> = {
  plain: 'border-line-strong bg-surface text-text hover:bg-sunken',
  primary: 'border-transparent bg-accent text-on-accent hover:bg-accent-strong',
  danger: 'border-transparent bg-bad text-on-bad hover:bg-bad-strong',
  quiet: 'border-transparent bg-transparent text-text hover:bg-sunken',
};

export interface ButtonProps extends ComponentProps<'button'> {
  kind?: Kind;
  icon?: ReactNode;
  small?: boolean;
  busy?: boolean;
}

export function Button({ kind = 'plain', icon, small, busy, className = '', children, onClick, ...rest }: ButtonProps) {
  const size = small ? 'h-8 gap-1.5 px-2.5 text-[13px]' : 'h-9 gap-2 px-3.5 text-sm';
  return (
    <button
      type="button"
      className={`inline-flex shrink-0 items-center justify-center rounded-lg border font-medium whitespace-nowrap transition-colors disabled:border-line disabled:bg-sunken disabled:text-muted aria-disabled:border-line aria-disabled:bg-sunken aria-disabled:text-muted ${size} ${KINDS[kind]} ${className}`}
      // not disabled while it is busy: the focus would be lost
      aria-disabled={busy || undefined}
      aria-busy={busy || undefined}
      onClick={busy ? (event) => event.preventDefault() : onClick}
      {...rest}
    >
      {icon}
      {children}
    </button>
  );
}

/** A button that is only a sign; its name is for those who cannot see it, and for the pointer that rests on it. */
export function IconButton({ label, children, className = '', ...rest }: ComponentProps<'button'> & { label: string }) {
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      className={`inline-flex size-9 shrink-0 items-center justify-center rounded-lg text-muted transition-colors hover:bg-sunken hover:text-text ${className}`}
      {...rest}
    >
      {children}
    </button>
  );
}
