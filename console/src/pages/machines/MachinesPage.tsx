import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { FilterX, MonitorSmartphone } from 'lucide-react';
import { useState } from 'react';
import { allMachines, machinePage } from '../../api/machines';
import { useText } from '../../text';
import { Button } from '../../ui/Button';
import { Page } from '../../ui/Page';
import { SearchInput, Select } from '../../ui/form';
import { Empty, ErrorState, SkeletonRows } from '../../ui/states';
import { toast } from '../../ui/toast';
import { useTyped } from '../../ui/typed';
import { BulkBar } from './BulkBar';
import { MachinesTable } from './MachinesTable';
import { ViewsMenu } from './ViewsMenu';
import { type MachineSearch, filterOf, isFiltered, nextOrder } from './search';
import { useSelected } from './selection';

const route = getRouteApi('/machines');
const TYPING_MS = 180;

export default function MachinesPage() {
  const { t } = useText();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const change = (next: MachineSearch) => void navigate({ search: { ...search, ...next }, replace: true });
  const [typed, setTyped] = useTyped(search.q, TYPING_MS, (q) => change({ q }));

  const filter = filterOf(search);
  const first = useQuery(machinePage(filter, 0));
  const total = first.data?.total ?? 0;
  const { selected, has, toggle, replace, clear } = useSelected();
  const [selecting, setSelecting] = useState(false);
  const all = total > 0 && selected.size >= total;
  const selectAll = async () => {
    if (selected.size) {
      clear();
      return;
    }
    setSelecting(true);
    try {
      replace(await allMachines(filter));
    } catch (problem) {
      toast('bad', t('common.failed'), problem instanceof Error ? problem.message : undefined);
    }
    setSelecting(false);
  };

  const header = (
    <input
      type="checkbox"
      aria-label={t('machines.selectAll')}
      disabled={selecting}
      checked={all}
      ref={(box) => {
        if (box) box.indeterminate = selected.size > 0 && !all;
      }}
      onChange={() => void selectAll()}
      className="size-4 accent-[var(--accent)]"
    />
  );

  return (
    <Page
      fill
      title={t('machines.title')}
      lead={<span role="status">{first.isPending ? t('machines.counting') : first.isError ? '' : t('machines.count', { count: total })}</span>}
      actions={<ViewsMenu search={search} onPick={(view) => void navigate({ search: view })} />}
    >
      <div role="search" className="flex flex-wrap items-center gap-2">
        <div className="flex min-w-64 flex-1 basis-80 max-sm:basis-full">
          <SearchInput label={t('machines.searchLabel')} value={typed} onValue={setTyped} maxLength={200} />
        </div>
        <div className="w-40 max-sm:flex-1">
          <Select aria-label={t('machines.filterState')} value={search.state ?? ''} onChange={(event) => change({ state: event.target.value || undefined })}>
            <option value="">{t('machines.anyState')}</option>
            <option value="isolated">{t('machines.isolated')}</option>
            <option value="restricted">{t('machines.restricted')}</option>
            <option value="drifted">{t('machines.drifted')}</option>
            <option value="busy">{t('machines.busyFilter')}</option>
            <option value="connected">{t('machines.connected')}</option>
            <option value="disconnected">{t('machines.disconnected')}</option>
          </Select>
        </div>
        <div className="w-44 max-sm:flex-1">
          <Select aria-label={t('machines.filterHealth')} value={search.health ?? ''} onChange={(event) => change({ health: event.target.value || undefined })}>
            <option value="">{t('machines.anyHealth')}</option>
            <option value="Active">{t('machines.healthActive')}</option>
            <option value="ImpairedCommunication">{t('machines.healthImpaired')}</option>
            <option value="Inactive">{t('machines.healthInactive')}</option>
          </Select>
        </div>
        {isFiltered(search) && (
          <Button kind="quiet" icon={<FilterX className="size-4" aria-hidden />} onClick={() => void navigate({ search: { order: search.order } })}>
            {t('machines.clearFilters')}
          </Button>
        )}
      </div>
      {selected.size > 0 && <BulkBar machines={[...selected.values()]} onClear={clear} />}
      {first.isPending ? (
        <div className="rounded-xl border border-line bg-surface">
          <SkeletonRows rows={10} />
        </div>
      ) : first.isError ? (
        <ErrorState error={first.error} onRetry={() => void first.refetch()} />
      ) : total === 0 ? (
        <div className="rounded-xl border border-line bg-surface">
          {isFiltered(search) ? (
            <Empty title={t('machines.noMatch')} lead={t('machines.noMatchLead')}>
              <Button onClick={() => void navigate({ search: {} })}>{t('machines.clearFilters')}</Button>
            </Empty>
          ) : (
            <Empty icon={<MonitorSmartphone aria-hidden />} title={t('machines.none')} lead={t('machines.noneLead')} />
          )}
        </div>
      ) : (
        <MachinesTable
          filter={filter}
          total={total}
          order={search.order}
          onOrder={(column) => change({ order: nextOrder(search.order, column) })}
          selection={{ has, toggle, header }}
        />
      )}
    </Page>
  );
}
