import { Link } from '@tanstack/react-router';
import { CircleAlert, CircleCheck, TriangleAlert } from 'lucide-react';
import { useText } from '../../text';
import { Card } from '../../ui/Page';
import { plain } from '../../ui/plain';
import { type Overview, type Reason } from './api';

const SHOWN = 6;
const GRAVE: readonly Reason[] = ['FailedAction', 'Drifted'];

/** What somebody should look at, the machines by name. */
export function Attention({ groups }: { groups: Overview['attention'] }) {
  const { t, ago, number } = useText();
  if (groups.length === 0) {
    return (
      <div role="status" className="flex items-start gap-3 rounded-xl border border-line bg-good-soft px-5 py-4">
        <CircleCheck className="mt-0.5 size-5 shrink-0 text-good" aria-hidden />
        <div>
          <h2 className="text-[15px] font-semibold">{t('home.calm')}</h2>
          <p className="text-sm">{t('home.calmLead')}</p>
        </div>
      </div>
    );
  }
  return (
    <Card flush title={t('home.attention')}>
      <ul className="divide-y divide-line">
        {[...groups].sort((one, other) => Number(GRAVE.includes(other.reason)) - Number(GRAVE.includes(one.reason))).map((group) => (
          <li key={group.reason} className="flex gap-3 px-5 py-4">
            {GRAVE.includes(group.reason) ? (
              <CircleAlert className="mt-0.5 size-5 shrink-0 text-bad" aria-hidden />
            ) : (
              <TriangleAlert className="mt-0.5 size-5 shrink-0 text-warn" aria-hidden />
            )}
            <div className="min-w-0 flex-1">
              <h3 className="text-sm font-medium">
                {t(`home.${group.reason}`)} <span className="text-muted tabular-nums">({number(group.count)})</span>
              </h3>
              <p className="text-[13px] text-muted">{t(`home.${group.reason}Lead`)}</p>
              <ul className="mt-2 flex flex-wrap gap-x-5 gap-y-1 text-sm">
                {group.machines.slice(0, SHOWN).map((machine) => (
                  <li key={`${machine.machineId} ${machine.actionId}`} className="min-w-0">
                    <Link
                      to="/machines/$id"
                      params={{ id: machine.machineId }}
                      className="font-medium break-all text-accent underline underline-offset-2 hover:text-accent-strong"
                    >
                      {plain(machine.computerDnsName ?? machine.machineId, 120)}
                    </Link>{' '}
                    <span className="text-muted">{t('home.since', { when: ago(machine.since) })}</span>
                  </li>
                ))}
                {group.count > Math.min(SHOWN, group.machines.length) && (
                  <li className="text-muted">{t('home.moreMachines', { count: group.count - Math.min(SHOWN, group.machines.length) })}</li>
                )}
              </ul>
            </div>
          </li>
        ))}
      </ul>
    </Card>
  );
}
