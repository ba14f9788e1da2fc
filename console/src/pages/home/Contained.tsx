import { currentLanguage, useText } from '../../text';
import { Card } from '../../ui/Page';
import type { Day } from './api';
import { Numbers } from './chart';

const HEIGHT = 160;
const COLUMN = 72;
const FOOT = 22;
const LEFT = 56;

/** How long it took from the request to the verified isolation: per day the median as a dot and the 95th percentile above. */
export function Contained({ days }: { days: readonly Day[] }) {
  const { t, number } = useText();
  const with_ = days.filter((day) => day.medianSeconds !== null);
  const duration = (seconds: number | null) =>
    seconds === null
      ? '–'
      : seconds < 120
        ? t('home.seconds', { seconds: seconds < 10 ? Number(seconds.toFixed(1)) : Math.round(seconds) })
        : t('home.minutes', { minutes: Math.round(seconds / 60) });
  const last = with_.at(-1);
  if (!last) {
    return (
      <Card title={t('home.contain')}>
        <p className="text-sm text-muted">{t('home.noContain')}</p>
      </Card>
    );
  }
  const most = Math.max(...with_.map((day) => day.p95Seconds ?? day.medianSeconds ?? 0), 0.1);
  const y = (seconds: number) => 12 + (1 - seconds / most) * (HEIGHT - FOOT - 24);
  const x = (index: number) => LEFT + index * COLUMN + COLUMN / 2;
  const width = LEFT + days.length * COLUMN;
  const shown = (day: string) => new Intl.DateTimeFormat(currentLanguage(), { month: 'numeric', day: 'numeric', timeZone: 'UTC' }).format(new Date(`${day}T00:00:00Z`));
  return (
    <Card title={t('home.contain')}>
      <p className="mb-3 text-[13px] text-muted">{t('home.containLead')}</p>
      <div className="overflow-x-auto" role="region" aria-label={t('home.contain')} tabIndex={0}>
        <svg
          role="img"
          aria-label={t('home.containChart', { count: with_.length, last: duration(last.medianSeconds) })}
          viewBox={`0 0 ${width} ${HEIGHT}`}
          width={width}
          height={HEIGHT}
          className="block max-w-none text-[12px]"
        >
          {[1, 0.5, 0].map((share) => (
            <g key={share}>
              <line x1={LEFT} x2={width} y1={y(most * share)} y2={y(most * share)} stroke="var(--line)" />
              <text x={LEFT - 8} y={y(most * share) + 4} textAnchor="end" fill="var(--muted)">
                {duration(Number((most * share).toFixed(1)))}
              </text>
            </g>
          ))}
          {days.map((day, index) => (
            <g key={day.day}>
              <text x={x(index)} y={HEIGHT - 4} textAnchor="middle" fill="var(--muted)">
                {shown(day.day)}
              </text>
              {day.medianSeconds !== null && (
                <>
                  {day.p95Seconds !== null && (
                    <line x1={x(index)} x2={x(index)} y1={y(day.medianSeconds)} y2={y(day.p95Seconds)} stroke="var(--held)" strokeWidth={3} strokeLinecap="round" />
                  )}
                  <circle cx={x(index)} cy={y(day.medianSeconds)} r={5} fill="var(--accent)" />
                </>
              )}
            </g>
          ))}
        </svg>
      </div>
      <ul className="mt-3 flex flex-wrap gap-x-6 gap-y-1.5 text-sm">
        <Sign color="var(--accent)" label={t('home.median')} value={duration(last.medianSeconds)} />
        <Sign color="var(--held)" label={t('home.p95')} value={duration(last.p95Seconds)} />
      </ul>
      <Numbers
        label={t('home.contain')}
        head={[t('home.day'), t('home.isolations'), t('home.median'), t('home.p95')]}
        rows={with_.map((day) => [shown(day.day), number(day.isolations), duration(day.medianSeconds), duration(day.p95Seconds)])}
      />
    </Card>
  );
}

function Sign({ color, label, value }: { color: string; label: string; value: string }) {
  return (
    <li className="flex items-center gap-2">
      <svg viewBox="0 0 10 10" className="size-2.5" aria-hidden>
        <rect width="10" height="10" rx="5" fill={color} />
      </svg>
      {label} <span className="font-medium tabular-nums">{value}</span>
    </li>
  );
}
