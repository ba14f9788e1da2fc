import { Link } from '@tanstack/react-router';
import { type Key, catalogue, useText } from '../../text';
import { Card } from '../../ui/Page';
import { plain } from '../../ui/plain';
import type { Overview } from './api';
import { Bar, Legend, Numbers, type Part } from './chart';

export function OpenChart({ open }: { open: Overview['openActions'] }) {
  const { t, ago, number } = useText();
  const nameOf = (type: string) => (type in catalogue.actions ? t(`actions.${type}` as Key) : plain(type, 60));
  const parts = (one: { pending: number; inProgress: number }): Part[] => [
    { name: 'running', label: t('home.running'), count: one.inProgress, color: 'var(--info)' },
    { name: 'pending', label: t('home.pending'), count: one.pending, color: 'var(--line-strong)' },
  ];
  const all = open.byType.reduce((sum, one) => ({ pending: sum.pending + one.pending, inProgress: sum.inProgress + one.inProgress }), { pending: 0, inProgress: 0 });
  const most = Math.max(1, ...open.byType.map((one) => one.pending + one.inProgress));
  return (
    <Card
      title={t('home.openByType')}
      actions={
        <Link to="/actions" search={{}} className="text-[13px] text-accent underline underline-offset-2 hover:text-accent-strong">
          {t('home.allOpen')}
        </Link>
      }
    >
      {open.total === 0 ? (
        <p className="text-sm text-muted">{t('home.nothingOpen')}</p>
      ) : (
        <>
          <ul className="flex flex-col gap-2.5">
            {open.byType.map((one) => (
              <li key={one.type} className="grid items-center gap-x-4 gap-y-1 text-sm sm:grid-cols-[11rem_1fr_3rem]">
                <span className="truncate">{nameOf(one.type)}</span>
                <Bar label={`${nameOf(one.type)}: ${parts(one).map((part) => `${part.label} ${number(part.count)}`).join(', ')}`} parts={parts(one)} most={most} />
                <span className="hidden text-right font-medium tabular-nums sm:block">{number(one.pending + one.inProgress)}</span>
              </li>
            ))}
          </ul>
          <Legend parts={parts(all)} />
          {open.oldest && <p className="mt-2 text-[13px] text-muted">{t('home.oldest', { when: ago(open.oldest) })}</p>}
          <Numbers
            label={t('home.openByType')}
            head={[t('actions.action'), t('home.running'), t('home.pending')]}
            rows={open.byType.map((one) => [nameOf(one.type), number(one.inProgress), number(one.pending)])}
          />
        </>
      )}
    </Card>
  );
}
