import { Link, getRouteApi } from '@tanstack/react-router';
import { ArrowLeft, Tag } from 'lucide-react';
import { nameOf, useMachine } from '../../api/machines';
import { useText } from '../../text';
import { Badge } from '../../ui/Badge';
import { Card, Page } from '../../ui/Page';
import { plain } from '../../ui/plain';
import { ErrorState, SkeletonRows } from '../../ui/states';
import { ActionButtons } from './ActionButtons';
import { Abilities, Facts, StateTable } from './MachineFacts';
import { StateBadges } from './StateBadges';
import { Timeline } from './Timeline';

const route = getRouteApi('/machines/$id');

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
          <Timeline id={machine.id} />
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
