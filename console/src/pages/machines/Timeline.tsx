import { CircleAlert, CircleDot, TriangleAlert } from 'lucide-react';
import { useState } from 'react';
import { useActions } from '../../api/actions';
import { type Happening, useHappenings } from '../../api/timeline';
import { type Key, catalogue, useText } from '../../text';
import { Button } from '../../ui/Button';
import { Card } from '../../ui/Page';
import { plain } from '../../ui/plain';
import { Segments } from '../../ui/Segments';
import { Empty, ErrorState, SkeletonRows } from '../../ui/states';
import { Time } from '../../ui/Time';
import { ActionCard } from '../actions/ActionCard';
import { merged } from './happened';

const GRAVE = ['machine.execution-control-lost', 'machine.break-glass-used', 'machine.dead-man-rollback'];
const MINOR = /^machine\.(enrolled|certificate|tag|untag|device-value)/;
const VIEWS = ['all', 'actions', 'findings'] as const;

/** Something that happened without being an action: what the machine told of itself, what was changed about it. */
function Line({ happening }: { happening: Happening }) {
  const { t } = useText();
  const key = `on ${happening.event}`;
  const Icon = MINOR.test(happening.event) ? CircleDot : GRAVE.includes(happening.event) ? CircleAlert : TriangleAlert;
  const color = MINOR.test(happening.event) ? 'text-muted' : GRAVE.includes(happening.event) ? 'text-bad' : 'text-warn';
  const { message, why, tag, tags, to } = happening.detail;
  const said = message ?? why ?? tag ?? tags ?? to;
  const byOther = happening.actor && happening.actor !== happening.subject;
  return (
    <li className="flex gap-3 border-b border-line px-4 py-3 last:border-b-0 sm:px-5">
      <Icon className={`mt-0.5 size-4 shrink-0 ${color}`} aria-hidden />
      <div className="min-w-0 flex-1">
        <p className="text-sm font-medium">{key in catalogue.machines ? t(`machines.${key}` as Key) : plain(happening.event, 80)}</p>
        {said !== undefined && said !== '' && <p className="text-sm break-words">{plain(Array.isArray(said) ? said.join(', ') : said, 600)}</p>}
        <p className="text-[13px] text-muted">
          <Time at={happening.at} />
          {byOther && ` · ${plain(happening.actor, 120)}`}
        </p>
      </div>
    </li>
  );
}

/** What was asked of a machine and what it told besides, newest first, as one. */
export function Timeline({ id }: { id: string }) {
  const { t } = useText();
  const [view, setView] = useState<(typeof VIEWS)[number]>('all');
  const actions = useActions({ machineId: id });
  const happened = useHappenings(id);
  const acts = actions.data?.pages.flatMap(({ value }) => value) ?? [];
  const told = happened.data?.pages.flatMap(({ value }) => value) ?? [];
  const both = merged(view === 'findings' ? [] : acts, view !== 'findings' && actions.hasNextPage, view === 'actions' ? [] : told, view !== 'actions' && happened.hasNextPage);
  const more = both.next === 'actions' ? actions : happened;
  const failed = [actions, happened].find(({ isError, data }) => isError && !data);
  return (
    <Card
      flush
      title={t('machines.timeline')}
      actions={<Segments label={t('machines.timelineShows')} all={VIEWS.map((name) => ({ name, label: t(`machines.shows${name}`) }))} current={view} onPick={setView} />}
    >
      {failed ? (
        <ErrorState error={failed.error} onRetry={() => void failed.refetch()} />
      ) : actions.isPending || happened.isPending ? (
        <SkeletonRows rows={3} />
      ) : both.items.length === 0 && !both.next ? (
        view === 'findings' ? (
          <Empty title={t('machines.noFindings')} />
        ) : (
          <Empty title={t('machines.noActions')} lead={t('machines.noActionsLead')} />
        )
      ) : (
        <>
          <ul aria-label={t('machines.timeline')}>
            {both.items.map((item) => ('action' in item ? <ActionCard key={item.action.id} action={item.action} /> : <Line key={item.happening.number} happening={item.happening} />))}
          </ul>
          {both.next && (
            <div className="flex justify-center border-t border-line p-3">
              <Button small busy={more.isFetchingNextPage} onClick={() => void more.fetchNextPage()}>
                {t('actions.moreRows')}
              </Button>
            </div>
          )}
        </>
      )}
    </Card>
  );
}
