import { getRouteApi } from '@tanstack/react-router';
import { FilterX, History } from 'lucide-react';
import { useState } from 'react';
import { useText } from '../../text';
import { Badge } from '../../ui/Badge';
import { Button } from '../../ui/Button';
import { Input, SearchInput, Select } from '../../ui/form';
import { Card, Page } from '../../ui/Page';
import { plain } from '../../ui/plain';
import { Empty, ErrorState, SkeletonRows } from '../../ui/states';
import { Table } from '../../ui/Table';
import { Time } from '../../ui/Time';
import { useTyped } from '../../ui/typed';
import { Detail } from './Detail';
import { Export, Verify } from './Tools';
import { type Entry, useAudit } from './api';
import { type AuditSearch, KINDS, type Kind, isFiltered } from './search';

const route = getRouteApi('/audit');
const TYPING_MS = 250;

/** The tenant's audit log, newest first. */
export default function AuditPage() {
  const { t, number } = useText();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const change = (next: AuditSearch) => void navigate({ search: { ...search, ...next }, replace: true });
  const [typed, setTyped] = useTyped(search.q, TYPING_MS, (q) => change({ q }));
  const log = useAudit(search);
  const [open, setOpen] = useState<Entry>();
  const entries = log.data?.pages.flatMap((page) => page.value) ?? [];
  const filtered = isFiltered(search);
  return (
    <Page
      title={t('audit.title')}
      lead={t('audit.lead')}
      actions={
        log.data && (
          <>
            <Verify />
            <Export search={search} />
          </>
        )
      }
    >
      {log.isError && !log.data ? (
        <ErrorState error={log.error} onRetry={() => void log.refetch()} />
      ) : (
        <Card flush>
          <div role="search" className="flex flex-wrap items-center gap-3 border-b border-line px-5 py-3">
            <div className="flex min-w-56 flex-1 basis-72 max-sm:basis-full">
              <SearchInput label={t('audit.search')} value={typed} onValue={setTyped} maxLength={200} />
            </div>
            <Select
              aria-label={t('audit.kind')}
              className="sm:!w-48"
              value={search.kind ?? ''}
              onChange={(event) => change({ kind: (event.target.value || undefined) as Kind | undefined })}
            >
              <option value="">{t('audit.allKinds')}</option>
              {(Object.keys(KINDS) as Kind[]).map((kind) => (
                <option key={kind} value={kind}>
                  {t(`audit.k${kind}`)}
                </option>
              ))}
            </Select>
            <div className="flex items-center gap-2 max-sm:w-full">
              <Input type="date" aria-label={t('audit.from')} className="sm:!w-38" value={search.from ?? ''} max={search.to} onChange={(event) => change({ from: event.target.value || undefined })} />
              <span aria-hidden className="text-muted">
                –
              </span>
              <Input type="date" aria-label={t('audit.to')} className="sm:!w-38" value={search.to ?? ''} min={search.from} onChange={(event) => change({ to: event.target.value || undefined })} />
            </div>
            {filtered && (
              <Button kind="quiet" icon={<FilterX className="size-4" aria-hidden />} onClick={() => void navigate({ search: {}, replace: true })}>
                {t('machines.clearFilters')}
              </Button>
            )}
          </div>
          {log.isPending ? (
            <SkeletonRows />
          ) : entries.length === 0 ? (
            <Empty icon={<History aria-hidden />} title={t(filtered ? 'audit.nothingFound' : 'audit.empty')} />
          ) : (
            <div className={log.isPlaceholderData ? 'opacity-60' : undefined} aria-busy={log.isPlaceholderData || undefined}>
              <Entries entries={entries} onOpen={setOpen} />
            </div>
          )}
          {entries.length > 0 && (
            <footer className="flex flex-wrap items-center justify-center gap-3 border-t border-line p-3 text-sm text-muted">
              <span role="status">{t(log.hasNextPage ? 'audit.newestOf' : 'audit.allOf', { count: entries.length, shown: number(entries.length) })}</span>
              {log.hasNextPage && (
                <Button small busy={log.isFetchingNextPage} onClick={() => void log.fetchNextPage()}>
                  {t('audit.older')}
                </Button>
              )}
            </footer>
          )}
        </Card>
      )}
      {open && <Detail entry={open} onClose={() => setOpen(undefined)} />}
    </Page>
  );
}

const LONG_ID = /[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{32,}/g;

/** Who or what, with its long ids cut in the middle; the whole of it stands in the detail, and for the pointer here. */
function Party({ value }: { value: string | null }) {
  const whole = plain(value, 200);
  return (
    <span title={whole} className="block min-w-32 break-words">
      {whole.replace(LONG_ID, (id) => `${id.slice(0, 8)}…${id.slice(-4)}`)}
    </span>
  );
}

function Entries({ entries, onOpen }: { entries: readonly Entry[]; onOpen: (entry: Entry) => void }) {
  const { t } = useText();
  return (
    <Table
      all
      label={t('audit.log')}
      rows={entries}
      id={(entry) => String(entry.number)}
      columns={[
        { name: 'number', label: t('audit.number'), cell: (entry) => <span className="text-muted tabular-nums">{entry.number}</span> },
        { name: 'at', label: t('common.time'), cell: (entry) => <Time exact at={entry.at} /> },
        { name: 'event', label: t('audit.event'), cell: (entry) => <Badge tone={entry.event.includes('refus') ? 'warn' : 'neutral'}>{plain(entry.event, 80)}</Badge> },
        { name: 'actor', label: t('audit.actor'), className: '@4xl:w-2/5', cell: (entry) => <Party value={entry.actor} /> },
        { name: 'subject', label: t('audit.subject'), className: '@4xl:w-2/5', cell: (entry) => <Party value={entry.subject} /> },
        {
          name: 'detail',
          label: t('audit.detail'),
          quiet: true,
          className: '@4xl:text-right',
          cell: (entry) => (
            <Button small aria-label={t('audit.show', { number: String(entry.number) })} onClick={() => onOpen(entry)}>
              {t('audit.detail')}
            </Button>
          ),
        },
      ]}
    />
  );
}
