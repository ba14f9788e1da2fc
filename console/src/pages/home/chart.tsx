import type { ReactNode } from 'react';
import { useText } from '../../text';

/** The numbers behind a chart, for whoever cannot see it or wants to know exactly. */
export function Numbers({ label, head, rows }: { label: string; head: readonly string[]; rows: readonly (readonly ReactNode[])[] }) {
  const { t } = useText();
  return (
    <details className="mt-4 text-sm">
      <summary className="w-fit text-[13px] text-muted underline underline-offset-2 hover:text-text">{t('home.asTable')}</summary>
      <div className="mt-2 overflow-x-auto" role="region" aria-label={label} tabIndex={0}>
        <table aria-label={label} className="w-full text-left">
          <thead>
            <tr>
              {head.map((cell) => (
                <th key={cell} scope="col" className="border-b border-line py-1.5 pr-4 text-xs font-medium text-muted">
                  {cell}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row, index) => (
              <tr key={index}>
                {row.map((cell, at) => (
                  <td key={at} className="border-b border-line py-1.5 pr-4 tabular-nums">
                    {cell}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}

export interface Part {
  name: string;
  label: string;
  count: number;
  color: string;
}

/** One bar whose parts stand for counts; a part of something is never too thin to be seen. */
export function Bar({ label, parts, most }: { label: string; parts: readonly Part[]; most?: number }) {
  const all = parts.reduce((sum, part) => sum + part.count, 0);
  const scale = Math.max(1, most ?? all);
  let x = 0;
  return (
    <svg role="img" aria-label={label} viewBox="0 0 100 4" preserveAspectRatio="none" className="block h-4 w-full overflow-hidden rounded bg-sunken">
      {parts
        .filter((part) => part.count > 0)
        .map((part) => {
          const width = Math.max(0.8, (part.count / scale) * 100);
          const at = x;
          x += width;
          return <rect key={part.name} x={at} y={0} width={Math.max(0.4, width - 0.25)} height={4} fill={part.color} />;
        })}
    </svg>
  );
}

/** What the colours of a chart stand for, with the counts. */
export function Legend({ parts }: { parts: readonly Part[] }) {
  const { number } = useText();
  return (
    <ul className="mt-3 flex flex-wrap gap-x-6 gap-y-1.5 text-sm">
      {parts.map((part) => (
        <li key={part.name} className="flex items-center gap-2">
          <svg viewBox="0 0 10 10" className="size-2.5" aria-hidden>
            <rect width="10" height="10" rx="2" fill={part.color} />
          </svg>
          {part.label} <span className="font-medium tabular-nums">{number(part.count)}</span>
        </li>
      ))}
    </ul>
  );
}
