import { Link } from '@tanstack/react-router';
import { MonitorDown } from 'lucide-react';
import { useText } from '../../text';
import { Loaded } from '../../ui/Loaded';
import { Card, Page } from '../../ui/Page';
import { Empty } from '../../ui/states';
import { Attention } from './Attention';
import { Contained } from './Contained';
import { HealthChart } from './HealthChart';
import { OpenChart } from './OpenChart';
import { type Overview, useOverview } from './api';

/** What needs attention now, and how the fleet is. */
export default function HomePage() {
  const { t, ago } = useText();
  const overview = useOverview();
  return (
    <Page title={t('home.title')} lead={overview.data && t('home.lead', { when: ago(overview.data.at) })}>
      <Loaded query={overview}>{(data) => (data.machines.total === 0 ? <NoMachines /> : <Shown data={data} />)}</Loaded>
    </Page>
  );
}

function Shown({ data }: { data: Overview }) {
  const { t } = useText();
  const { machines } = data;
  return (
    <>
      <Attention groups={data.attention.filter((group) => group.count > 0)} />
      <ul aria-label={t('home.fleet')} className="grid grid-cols-2 gap-3 sm:grid-cols-3 xl:grid-cols-6">
        <li>
          <Link to="/machines" search={{}} className={FIGURE}>
            <Figure label={t('home.machines')} value={machines.onboarded} />
          </Link>
        </li>
        {(['connected', 'isolated', 'restricted', 'drifted'] as const).map((state) => (
          <li key={state}>
            <Link to="/machines" search={{ state }} className={FIGURE}>
              <Figure label={t(`home.${state}`)} value={machines[state]} />
            </Link>
          </li>
        ))}
        <li>
          <Link to="/actions" search={{}} className={FIGURE}>
            <Figure label={t('home.open')} value={data.openActions.total} />
          </Link>
        </li>
      </ul>
      <div className="grid gap-5 lg:grid-cols-2">
        <HealthChart machines={machines} />
        <OpenChart open={data.openActions} />
      </div>
      <Contained days={data.containment} />
    </>
  );
}

const FIGURE = 'block rounded-xl border border-line bg-surface px-4 py-3 hover:border-line-strong';

/** A count; the list's entries lead to what they count. */
function Figure({ label, value }: { label: string; value: number }) {
  const { number } = useText();
  return (
    <>
      <span className="block text-[13px] text-muted">{label}</span>
      <span className="mt-0.5 block text-2xl font-semibold tracking-tight tabular-nums">{number(value)}</span>
    </>
  );
}

function NoMachines() {
  const { t } = useText();
  return (
    <Card>
      <Empty icon={<MonitorDown aria-hidden />} title={t('home.noMachines')} lead={t('home.noMachinesLead')}>
        <Link
          to="/access"
          search={{ part: 'enrollment' }}
          className="inline-flex h-9 items-center rounded-lg bg-accent px-3.5 text-sm font-medium text-on-accent hover:bg-accent-strong"
        >
          {t('home.enroll')}
        </Link>
      </Empty>
    </Card>
  );
}
