import type { ReactNode } from 'react';

/** Fields of a form that few need, folded away; they open by themselves when one of them is filled in wrongly. */
export function Rarely({ label, children }: { label: string; children: ReactNode }) {
  return (
    <details
      className="rounded-lg border border-line px-3 py-2"
      onInvalidCapture={(event) => {
        event.currentTarget.open = true;
      }}
    >
      <summary className="cursor-pointer text-sm font-medium">{label}</summary>
      <div className="mt-3 flex flex-col gap-4 pb-1">{children}</div>
    </details>
  );
}
