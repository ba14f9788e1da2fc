import { Search, X } from 'lucide-react';
import { type ComponentProps, type ReactNode, useId } from 'react';
import { useText } from '../text';

export const inputClass =
  'h-9 w-full min-w-0 rounded-lg border border-line-strong bg-surface px-3 text-sm text-text disabled:bg-sunken disabled:text-muted aria-invalid:border-bad';

/** A control with its label above, a hint and an error below; the control gets the id and what describes it. */
export function Field({
  label,
  hint,
  error,
  children,
}: {
  label: ReactNode;
  hint?: ReactNode;
  error?: ReactNode;
  children: (control: { id: string; 'aria-describedby'?: string; 'aria-invalid'?: true }) => ReactNode;
}) {
  const id = useId();
  const described = error || hint ? `${id}-more` : undefined;
  return (
    <div className="flex flex-col gap-1.5">
      <label htmlFor={id} className="text-sm font-medium">
        {label}
      </label>
      {children({ id, 'aria-describedby': described, 'aria-invalid': error ? true : undefined })}
      {described && (
        <p id={described} className={`text-[13px] ${error ? 'text-bad' : 'text-muted'}`}>
          {error ?? hint}
        </p>
      )}
    </div>
  );
}

export function Input(props: ComponentProps<'input'>) {
  return <input {...props} className={`${inputClass} ${props.className ?? ''}`} />;
}

export function TextArea(props: ComponentProps<'textarea'>) {
  return <textarea rows={3} {...props} className={`${inputClass} h-auto py-2 ${props.className ?? ''}`} />;
}

export function Select(props: ComponentProps<'select'>) {
  return <select {...props} className={`${inputClass} pr-2 ${props.className ?? ''}`} />;
}

export function SearchInput({ value, onValue, label, ...rest }: Omit<ComponentProps<'input'>, 'value'> & { value: string; onValue: (value: string) => void; label: string }) {
  const { t } = useText();
  return (
    <div className="relative min-w-0 flex-1">
      <Search className="pointer-events-none absolute top-2.5 left-3 size-4 text-muted" aria-hidden />
      <input
        type="search"
        aria-label={label}
        placeholder={label}
        value={value}
        onChange={(event) => onValue(event.target.value)}
        className={`${inputClass} px-9 [&::-webkit-search-cancel-button]:hidden`}
        {...rest}
      />
      {value && (
        <button
          type="button"
          aria-label={t('common.clear')}
          onClick={() => onValue('')}
          className="absolute top-1 right-1 flex size-7 items-center justify-center rounded text-muted hover:text-text"
        >
          <X className="size-4" aria-hidden />
        </button>
      )}
    </div>
  );
}
