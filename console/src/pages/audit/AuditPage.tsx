import { Download, History, ShieldAlert, ShieldCheck } from 'lucide-react';
import { DropdownMenu as Menu } from 'radix-ui';
import { useState } from 'react';
import { number as written, useText } from '../../text';
import { Badge } from '../../ui/Badge';
import { Button } from '../../ui/Button';
import { CopyField } from '../../ui/Copy';
import { Dialog } from '../../ui/Dialog';
import { SearchInput, Select } from '../../ui/form';
import { Card, Page } from '../../ui/Page';
import { plain } from '../../ui/plain';
import { Empty, ErrorState, SkeletonRows } from '../../ui/states';
import { Table } from '../../ui/Table';
import { Time } from '../../ui/Time';
import { toast } from '../../ui/toast';
import { type Entry, type Verification, csv, lines, useAudit, verify, whole } from './api';

/** The tenant's audit log, newest first. */
export default function AuditPage() {
  const { t } = useText();
  const log = useAudit();
  const [search, setSearch] = useState('');
  const [kind, setKind] = useState('');
  const [open, setOpen] = useState<Entry>();
  const pages = log.data?.pages ?? [];
  const entries = pages.flatMap((page) => page.entries);
  const kinds = [...new Set(entries.map((entry) => entry.event.split('.')[0] ?? ''))].sort();
  const words = search.trim().toLowerCase();
  const found = entries.filter(
    (entry) =>
      (kind === '' || entry.event.startsWith(`${kind}.`)) &&
      `${entry.number} ${entry.event} ${entry.actor} ${entry.subject} ${JSON.stringify(entry.detail)}`.toLowerCase().includes(words),
  );
  const range = { from: written(entries.at(-1)?.number ?? 0), to: written(entries[0]?.number ?? 0) };
  return (
    <Page
      title={t('audit.title')}
      lead={t('audit.lead')}
      actions={
        log.data && (
          <>
            <Verify />
            <Export />
          </>
        )
      }
    >
      {log.isPending && <SkeletonRows />}
      {log.isError && !log.data && <ErrorState error={log.error} onRetry={() => void log.refetch()} />}
      {log.data && entries.length === 0 && (
        <Card>
          <Empty icon={<History aria-hidden />} title={t('audit.empty')} />
        </Card>
      )}
      {entries.length > 0 && (
        <Card flush>
          <div className="flex flex-wrap gap-3 border-b border-line px-5 py-3">
            <SearchInput label={t('audit.search')} value={search} onValue={setSearch} />
            <Select aria-label={t('audit.kind')} className="sm:!w-48" value={kind} onChange={(event) => setKind(event.target.value)}>
              <option value="">{t('audit.allKinds')}</option>
              {kinds.map((one) => (
                <option key={one} value={one}>
                  {plain(one, 60)}
                </option>
              ))}
            </Select>
          </div>
          {found.length === 0 ? (
            <Empty title={t('audit.nothingFound', range)} />
          ) : (
            <Table
              label={t('audit.log')}
              rows={found}
              id={(entry) => String(entry.number)}
              columns={[
                { name: 'number', label: t('audit.number'), cell: (entry) => <span className="text-muted tabular-nums">{entry.number}</span> },
                { name: 'at', label: t('common.time'), cell: (entry) => <Time exact at={entry.at} /> },
                { name: 'event', label: t('audit.event'), cell: (entry) => <Badge tone={entry.event.includes('refus') ? 'warn' : 'neutral'}>{plain(entry.event, 80)}</Badge> },
                { name: 'actor', label: t('audit.actor'), className: 'md:w-1/5', cell: (entry) => <span className="break-words">{plain(entry.actor, 200)}</span> },
                { name: 'subject', label: t('audit.subject'), className: 'md:w-1/3', cell: (entry) => <span className="break-all">{plain(entry.subject, 200)}</span> },
                {
                  name: 'detail',
                  label: t('audit.detail'),
                  quiet: true,
                  className: 'md:text-right',
                  cell: (entry) => (
                    <Button small aria-label={t('audit.show', { number: String(entry.number) })} onClick={() => setOpen(entry)}>
                      {t('audit.detail')}
                    </Button>
                  ),
                },
              ]}
            />
          )}
          <footer className="flex flex-wrap items-center justify-center gap-3 border-t border-line p-3 text-sm text-muted">
            <span role="status">{t('audit.looked', range)}</span>
            {log.hasNextPage && (
              <Button small busy={log.isFetchingNextPage} onClick={() => void log.fetchNextPage()}>
                {t('audit.older')}
              </Button>
            )}
          </footer>
        </Card>
      )}
      {open && <Detail entry={open} onClose={() => setOpen(undefined)} />}
    </Page>
  );
}

function Detail({ entry, onClose }: { entry: Entry; onClose: () => void }) {
  const { t, dateTime } = useText();
  return (
    <Dialog
      open
      wide
      onOpenChange={(open) => !open && onClose()}
      title={t('audit.entry', { number: String(entry.number) })}
      description={dateTime(entry.at)}
      footer={<Button onClick={onClose}>{t('common.close')}</Button>}
    >
      <dl className="grid gap-x-6 gap-y-3 pb-4 text-sm sm:grid-cols-[7rem_1fr] [&_dt]:text-muted">
        <dt>{t('audit.event')}</dt>
        <dd>{plain(entry.event)}</dd>
        <dt>{t('audit.actor')}</dt>
        <dd className="break-words">{plain(entry.actor)}</dd>
        <dt>{t('audit.subject')}</dt>
        <dd className="break-all">{plain(entry.subject)}</dd>
        <dt>{t('audit.detail')}</dt>
        <dd>
          <pre tabIndex={0} aria-label={t('audit.detail')} className="max-h-72 overflow-auto rounded-lg bg-sunken p-3 text-[13px] whitespace-pre-wrap break-all">
            {JSON.stringify(entry.detail, null, 2).split('\n').map((line) => plain(line)).join('\n')}
          </pre>
        </dd>
      </dl>
      <div className="pb-4">
        <CopyField label={t('audit.hash')} value={entry.hash} />
      </div>
    </Dialog>
  );
}

function Verify() {
  const { t } = useText();
  const [busy, setBusy] = useState(false);
  const [found, setFound] = useState<Verification>();
  const check = async () => {
    setBusy(true);
    try {
      setFound(await verify());
    } catch (error) {
      toast('bad', t('common.failed'), error instanceof Error ? error.message : String(error));
    }
    setBusy(false);
  };
  return (
    <>
      <Button busy={busy} icon={<ShieldCheck className="size-4" aria-hidden />} onClick={() => void check()}>
        {t('audit.verify')}
      </Button>
      {found && (
        <Dialog
          open
          onOpenChange={(open) => !open && setFound(undefined)}
          title={
            <span className="flex items-center gap-2">
              {found.intact ? <ShieldCheck className="size-6 text-good" aria-hidden /> : <ShieldAlert className="size-6 text-bad" aria-hidden />}
              {found.intact ? t('audit.intact') : t('audit.broken', { number: found.firstBroken })}
            </span>
          }
          footer={
            <Button kind="primary" onClick={() => setFound(undefined)}>
              {t('common.close')}
            </Button>
          }
        >
          <p className="pb-4 text-sm break-words">
            {found.intact ? t('audit.intactLead', { entries: found.entries, hash: plain(found.headHash, 64) }) : t('audit.brokenLead')}
          </p>
        </Dialog>
      )}
    </>
  );
}

function Export() {
  const { t } = useText();
  const [count, setCount] = useState<number>();
  const save = async (kind: 'csv' | 'jsonl') => {
    setCount(0);
    try {
      const entries = await whole(setCount);
      const blob = new Blob([kind === 'csv' ? csv(entries) : lines(entries)], { type: kind === 'csv' ? 'text/csv' : 'application/jsonl' });
      const link = document.createElement('a');
      link.href = URL.createObjectURL(blob);
      link.download = `cordon-audit.${kind}`;
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
      toast('good', t('audit.exported', { count: entries.length }));
    } catch (error) {
      toast('bad', t('common.failed'), error instanceof Error ? error.message : String(error));
    }
    setCount(undefined);
  };
  const item = 'flex h-9 items-center rounded-lg px-2.5 text-sm outline-none data-[highlighted]:bg-sunken';
  return (
    <Menu.Root>
      <Menu.Trigger asChild>
        <Button busy={count !== undefined} icon={<Download className="size-4" aria-hidden />}>
          {count === undefined ? t('audit.export') : t('audit.exporting', { count })}
        </Button>
      </Menu.Trigger>
      <Menu.Portal>
        <Menu.Content align="end" sideOffset={4} className="z-50 min-w-44 rounded-xl border border-line bg-raised p-1.5 shadow-float">
          <Menu.Item className={item} onSelect={() => void save('jsonl')}>
            {t('audit.exportJson')}
          </Menu.Item>
          <Menu.Item className={item} onSelect={() => void save('csv')}>
            {t('audit.exportCsv')}
          </Menu.Item>
        </Menu.Content>
      </Menu.Portal>
    </Menu.Root>
  );
}
