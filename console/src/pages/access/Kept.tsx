import type { UseQueryResult } from '@tanstack/react-query';
import { Trash2 } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { remove } from '../../api/http';
import { useText } from '../../text';
import { Ask } from '../../ui/Ask';
import { IconButton } from '../../ui/Button';
import { Loaded } from '../../ui/Loaded';
import { useRefresh } from './api';

/** A part of a dialog with its heading and what can be done there. */
export function Part({ label, actions, children }: { label: string; actions: ReactNode; children: ReactNode }) {
  return (
    <section aria-label={label} className="flex flex-col gap-2">
      <div className="flex flex-wrap items-center gap-2">
        <h3 className="min-w-24 flex-1 text-sm font-medium">{label}</h3>
        {actions}
      </div>
      {children}
    </section>
  );
}

export function Nothing({ children }: { children: ReactNode }) {
  return <p className="rounded-lg bg-sunken px-3 py-2.5 text-sm text-muted">{children}</p>;
}

/** The few things of one kind that belong to what the dialog is about. Each can be removed, after a question. */
export function Kept<Row>({
  label,
  query,
  actions,
  empty,
  line,
  path,
  removal,
  removalLead,
}: {
  label: string;
  query: UseQueryResult<{ value: Row[] }>;
  /** What adds one. */
  actions: ReactNode;
  empty: string;
  line: (row: Row) => ReactNode;
  /** Where a row is removed. */
  path: (row: Row) => string;
  /** What its removal is called; it names the row. */
  removal: (row: Row) => string;
  removalLead: string;
}) {
  const { t } = useText();
  const refresh = useRefresh();
  const [leaving, setLeaving] = useState<Row>();
  return (
    <Part label={label} actions={actions}>
      <Loaded query={query} rows={1}>
        {({ value }) =>
          value.length === 0 ? (
            <Nothing>{empty}</Nothing>
          ) : (
            <ul className="divide-y divide-line rounded-lg border border-line">
              {value.map((row) => (
                <li key={path(row)} className="flex items-center gap-3 py-1.5 pr-1.5 pl-3 text-sm">
                  <div className="min-w-0 flex-1 break-words">{line(row)}</div>
                  <IconButton label={removal(row)} onClick={() => setLeaving(row)}>
                    <Trash2 className="size-4" aria-hidden />
                  </IconButton>
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
      {leaving && (
        <Ask
          danger
          title={removal(leaving)}
          description={removalLead}
          submit={t('common.remove')}
          onSubmit={async () => {
            await remove(path(leaving));
            await refresh();
          }}
          onClose={() => setLeaving(undefined)}
        />
      )}
    </Part>
  );
}
