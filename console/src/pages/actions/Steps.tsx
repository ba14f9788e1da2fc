import { Check, LoaderCircle, Minus, X } from 'lucide-react';
import type { MachineAction } from '../../api/actions';
import { useText } from '../../text';

type StepState = 'done' | 'now' | 'waiting' | 'failed' | 'skipped';
const NAMES = ['stepAccepted', 'stepDelivered', 'stepRunning', 'stepVerified'] as const;

/** How far an action came. That it runs is what first proves that it was delivered. */
export function stepStates(action: Pick<MachineAction, 'status'>): StepState[] {
  switch (action.status) {
    case 'Pending':
      return ['done', 'now', 'waiting', 'waiting'];
    case 'InProgress':
      return ['done', 'done', 'now', 'waiting'];
    case 'Succeeded':
      return ['done', 'done', 'done', 'done'];
    case 'Failed':
      return ['done', 'done', 'done', 'failed'];
    default:
      return ['done', 'skipped', 'skipped', 'skipped'];
  }
}

const LOOKS: Record<StepState, string> = {
  done: 'border-transparent bg-accent text-on-accent',
  now: 'border-accent bg-accent-soft text-accent',
  waiting: 'border-line-strong bg-surface text-muted',
  failed: 'border-transparent bg-bad text-on-bad',
  skipped: 'border-line-strong bg-sunken text-muted',
};

const WORDS = { done: 'stepDone', now: 'stepNow', waiting: 'stepWaiting', failed: 'Failed', skipped: 'stepSkipped' } as const;

export function Steps({ action, times = [] }: { action: Pick<MachineAction, 'status'>; times?: readonly (string | undefined)[] }) {
  const { t, dateTime, clock } = useText();
  return (
    <ol aria-label={t('actions.steps')} className="flex w-full max-w-xl">
      {stepStates(action).map((state, index) => (
        <li key={NAMES[index]} className="relative flex flex-1 flex-col items-center gap-1.5 text-center">
          {index > 0 && (
            <span aria-hidden className={`absolute top-3 right-1/2 h-0.5 w-full ${state === 'done' || state === 'now' || state === 'failed' ? 'bg-accent' : 'bg-line'}`} />
          )}
          <span className={`relative z-1 flex size-6 items-center justify-center rounded-full border-2 ${LOOKS[state]}`}>
            {state === 'done' && <Check className="size-3.5" strokeWidth={3} aria-hidden />}
            {state === 'now' && <LoaderCircle className="size-3.5 animate-spin [animation-duration:2s]" aria-hidden />}
            {state === 'failed' && <X className="size-3.5" strokeWidth={3} aria-hidden />}
            {state === 'skipped' && <Minus className="size-3.5" aria-hidden />}
          </span>
          <span className={`text-xs ${state === 'waiting' || state === 'skipped' ? 'text-muted' : 'font-medium'}`}>
            {t(`actions.${NAMES[index] ?? 'stepAccepted'}`)}
            <span className="sr-only">: {t(`actions.${WORDS[state]}`)}</span>
          </span>
          {times[index] && (
            <time dateTime={times[index]} title={dateTime(times[index])} className="text-xs text-muted tabular-nums">
              {clock(times[index])}
            </time>
          )}
        </li>
      ))}
    </ol>
  );
}
