import { useText } from '../../text';
import { Card } from '../../ui/Page';
import { type Health, type Overview } from './api';
import { Bar, Legend, Numbers, type Part } from './chart';

const COLORS: Record<Health, string> = { Active: 'var(--good)', ImpairedCommunication: 'var(--warn)', Inactive: 'var(--line-strong)' };

export function HealthChart({ machines }: { machines: Overview['machines'] }) {
  const { t, number } = useText();
  const parts: Part[] = (Object.keys(COLORS) as Health[]).map((name) => ({
    name,
    label: t(`home.${name}`),
    count: machines.byHealth[name] ?? 0,
    color: COLORS[name],
  }));
  const said = parts.map((part) => `${part.label}: ${number(part.count)}`).join(', ');
  return (
    <Card title={t('home.health')}>
      <Bar label={`${t('home.health')}: ${said}`} parts={parts} />
      <Legend parts={parts} />
      <Numbers label={t('home.health')} head={[t('common.status'), t('home.count')]} rows={parts.map((part) => [part.label, number(part.count)])} />
    </Card>
  );
}
