/** One of a few views of the same thing. */
export function Segments<Name extends string>({ label, all, current, onPick }: { label: string; all: readonly { name: Name; label: string }[]; current: Name; onPick: (name: Name) => void }) {
  return (
    <div role="group" aria-label={label} className="inline-flex rounded-lg border border-line bg-sunken p-0.5">
      {all.map((one) => (
        <button
          key={one.name}
          type="button"
          aria-pressed={one.name === current}
          onClick={() => onPick(one.name)}
          className="h-8 rounded-md px-3.5 text-sm font-medium text-muted hover:text-text aria-pressed:bg-surface aria-pressed:text-text aria-pressed:shadow-sm"
        >
          {one.label}
        </button>
      ))}
    </div>
  );
}
