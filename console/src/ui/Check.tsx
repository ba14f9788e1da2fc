import { type ReactNode, useId } from 'react';

const BOX = 'mt-0.5 size-[18px] shrink-0 accent-(--accent)';

/** A box to tick, with its text and what it means. */
export function Check({ label, hint, checked, onChecked, disabled }: { label: ReactNode; hint?: ReactNode; checked: boolean; onChecked: (checked: boolean) => void; disabled?: boolean }) {
  const id = useId();
  return (
    <div className="flex items-start gap-2.5">
      <input
        id={id}
        type="checkbox"
        className={BOX}
        checked={checked}
        disabled={disabled}
        aria-describedby={hint ? `${id}-hint` : undefined}
        onChange={(event) => onChecked(event.target.checked)}
      />
      <div className="min-w-0">
        <label htmlFor={id} className="block text-sm">
          {label}
        </label>
        {hint && (
          <p id={`${id}-hint`} className="text-[13px] text-muted">
            {hint}
          </p>
        )}
      </div>
    </div>
  );
}

/** Which of several hold. */
export function Choices<Name extends string | number>({
  label,
  hint,
  all,
  chosen,
  onChosen,
}: {
  label: string;
  hint?: string;
  all: readonly { name: Name; label: ReactNode; hint?: ReactNode }[];
  chosen: readonly Name[];
  onChosen: (chosen: Name[]) => void;
}) {
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="mb-1.5 text-sm font-medium">{label}</legend>
      {hint && <p className="text-[13px] text-muted">{hint}</p>}
      {all.map((one) => (
        <Check
          key={one.name}
          label={one.label}
          hint={one.hint}
          checked={chosen.includes(one.name)}
          onChecked={(on) => onChosen(on ? [...chosen, one.name] : chosen.filter((other) => other !== one.name))}
        />
      ))}
    </fieldset>
  );
}
