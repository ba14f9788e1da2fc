import { getRouteApi } from '@tanstack/react-router';
import { Download, Workflow } from 'lucide-react';
import { useState } from 'react';
import { type ActionFilter, type ActionType, KINDS, PAST, type Status, allActions, useActions } from '../../api/actions';
import { useText } from '../../text';
import { Button } from '../../ui/Button';
import { Page } from '../../ui/Page';
import { csv, save } from '../../ui/download';
import { Select } from '../../ui/form';
import { Segments } from '../../ui/Segments';
import { Empty, ErrorState, SkeletonRows } from '../../ui/states';
import { toast } from '../../ui/toast';
import { ActionCard } from './ActionCard';
import type { ActionSearch } from './search';

const COLUMNS = ['id', 'type', 'status', 'machineId', 'computerDnsName', 'requestor', 'requestorComment', 'scope', 'creationDateTimeUtc', 'lastUpdateDateTimeUtc', 'cancellationRequestor', 'cancellationComment', 'errorHResult', 'troubleshootInfo'] as const;
const route = getRouteApi('/actions');

function Export({ filter }: { filter: ActionFilter }) {
  const { t } = useText();
  const [busy, setBusy] = useState(false);
  const run = async (kind: 'csv' | 'json') => {
    setBusy(true);
    try {
      const all = await allActions(filter);
      if (kind === 'csv') save('actions.csv', 'text/csv', csv(COLUMNS, all));
      else save('actions.json', 'application/json', JSON.stringify(all, null, 2));
    } catch (problem) {
      toast('bad', t('common.failed'), problem instanceof Error ? problem.message : undefined);
    }
    setBusy(false);
  };
  const icon = <Download className="size-4" aria-hidden />;
  return (
    <>
      <Button icon={icon} busy={busy} onClick={() => void run('csv')}>
        {t('actions.exportCsv')}
      </Button>
      <Button icon={icon} busy={busy} onClick={() => void run('json')}>
        {t('actions.exportJson')}
      </Button>
    </>
  );
}

export default function ActionsPage() {
  const { t } = useText();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const filter: ActionFilter = { open: !search.past, type: search.type, status: search.past ? search.status : undefined };
  const list = useActions(filter);
  const rows = list.data?.pages.flatMap(({ value }) => value) ?? [];
  const change = (next: ActionSearch) => void navigate({ search: { ...search, ...next }, replace: true });
  return (
    <Page title={t('actions.title')} actions={<Export filter={filter} />}>
      <div className="flex flex-wrap items-center gap-3">
        <Segments
          label={t('actions.views')}
          all={[
            { name: 'open', label: t('actions.open') },
            { name: 'past', label: t('actions.past') },
          ]}
          current={search.past ? 'past' : 'open'}
          onPick={(view) => change({ past: view === 'past' || undefined, status: undefined })}
        />
        <div className="w-48">
          <Select aria-label={t('actions.filterType')} value={search.type ?? ''} onChange={(event) => change({ type: (event.target.value || undefined) as ActionType | undefined })}>
            <option value="">{t('actions.anyType')}</option>
            {KINDS.map(({ type }) => (
              <option key={type} value={type}>
                {t(`actions.${type}`)}
              </option>
            ))}
          </Select>
        </div>
        {search.past && (
          <div className="w-40">
            <Select aria-label={t('actions.filterStatus')} value={search.status ?? ''} onChange={(event) => change({ status: (event.target.value || undefined) as Status | undefined })}>
              <option value="">{t('actions.anyStatus')}</option>
              {PAST.map((status) => (
                <option key={status} value={status}>
                  {t(`actions.${status}`)}
                </option>
              ))}
            </Select>
          </div>
        )}
      </div>
      <div className="rounded-xl border border-line bg-surface">
        {list.isPending ? (
          <SkeletonRows />
        ) : list.isError ? (
          <ErrorState error={list.error} onRetry={() => void list.refetch()} />
        ) : rows.length === 0 ? (
          <Empty
            icon={<Workflow aria-hidden />}
            title={search.past ? t('actions.nonePast') : t('actions.noneOpen')}
            lead={search.past ? t('actions.nonePastLead') : t('actions.noneOpenLead')}
          />
        ) : (
          <ul aria-label={t('actions.list')}>
            {rows.map((action) => (
              <ActionCard key={action.id} action={action} withMachine />
            ))}
          </ul>
        )}
      </div>
      {list.hasNextPage && (
        <div className="flex justify-center">
          <Button busy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
            {t('actions.moreRows')}
          </Button>
        </div>
      )}
    </Page>
  );
}
