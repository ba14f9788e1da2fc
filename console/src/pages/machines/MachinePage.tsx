import { Link, getRouteApi } from '@tanstack/react-router';
import { ArrowLeft, Tag } from 'lucide-react';
import { useActions } from '../../api/actions';
import { nameOf, useMachine } from '../../api/machines';
import { useText } from '../../text';
import { Badge } from '../../ui/Badge';
import { Button } from '../../ui/Button';
import { Card, Page } from '../../ui/Page';
import { plain } from '../../ui/plain';
import { Empty, ErrorState, SkeletonRows } from '../../ui/states';
import { ActionCard } from '../actions/ActionCard';
import { ActionButtons } from './ActionButtons';
import { Abilities, Facts, StateTable } from './MachineFacts';
import { StateBadges } from './StateBadges';

const route = getRouteApi('/machines/$id');

function History({ id }: { id: string }) {
  const { t } = useText();
  const list = useActions({ machineId: id });
  const rows = list.data?.pages.flatMap(({ value }) => value) ?? [];
  if (list.isPending) return <SkeletonRows rows={3} />;
  if (list.isError) return <ErrorState error={list.error} onRetry={() => void list.refetch()} />;
  if (!rows.length) return <Empty title={t('machines.noActions')} lead={t('machines.noActionsLead')} />;
  return (
    <>
      <ul aria-label={t('machines.timeline')}>
        {rows.map((action) => (
          <ActionCard key={action.id} action={action} />
        ))}
      </ul>
      {list.hasNextPage && (
        <div className="flex justify-center border-t border-line p-3">
          <Button small busy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
            {t('actions.moreRows')}
          </Button>
        </div>
      )}
    </>
  );
}

export default function MachinePage() {
  const { t } = useText();
  const { id } = route.useParams();
  const { data: machine, isPending, isError, error, refetch } = useMachine(id);
  const back = (
    <Link to="/machines" className="inline-flex items-center gap-1.5 text-sm text-accent underline-offset-2 hover:underline">
      <ArrowLeft className="size-4" aria-hidden />
      {t('machines.title')}
    </Link>
  );
  if (isPending || isError) {
    return (
      <Page title={t('machines.title')} above={back}>
        {isPending ? <SkeletonRows /> : <ErrorState error={error} onRetry={() => void refetch()} />}
      </Page>
    );
  }
  return (
    <Page
      title={nameOf(machine)}
      above={back}
      lead={
        <div className="mt-2 flex flex-wrap items-center gap-1">
            <StateBadges machine={machine} />
            {machine.machineTags.map((tag) => (
              <Badge key={tag} icon={<Tag aria-hidden />}>
                {plain(tag, 60)}
              </Badge>
            ))}
        </div>
      }
    >
      <ActionButtons machine={machine} />
      <div className="grid items-start gap-5 xl:grid-cols-[minmax(0,1fr)_26rem]">
        <div className="flex min-w-0 flex-col gap-5">
          <Card title={t('machines.state')} flush>
            <StateTable machine={machine} />
          </Card>
          <Card title={t('machines.timeline')} flush>
            <History id={machine.id} />
          </Card>
        </div>
        <div className="flex min-w-0 flex-col gap-5">
          <Card title={t('machines.facts')}>
            <Facts machine={machine} />
          </Card>
          {machine.capabilities.length > 0 && (
            <Card title={t('machines.abilities')} flush>
              <Abilities machine={machine} />
            </Card>
          )}
        </div>
      </div>
    </Page>
  );
}
