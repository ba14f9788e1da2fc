import { CircleCheck, CircleDashed, CircleSlash, CircleX, LoaderCircle, TimerOff } from 'lucide-react';
import type { MachineAction, Status } from '../../api/actions';
import { useText } from '../../text';
import { Badge, type Tone } from '../../ui/Badge';

const LOOKS: Record<Status, { tone: Tone; icon: typeof CircleX; turns?: boolean }> = {
  Pending: { tone: 'neutral', icon: CircleDashed },
  InProgress: { tone: 'info', icon: LoaderCircle, turns: true },
  Succeeded: { tone: 'good', icon: CircleCheck },
  Failed: { tone: 'bad', icon: CircleX },
  TimeOut: { tone: 'warn', icon: TimerOff },
  Cancelled: { tone: 'neutral', icon: CircleSlash },
};

export function StatusBadge({ action }: { action: Pick<MachineAction, 'status' | 'cancellationRequestor'> }) {
  const { t } = useText();
  const { tone, icon: Icon, turns } = LOOKS[action.status] ?? LOOKS.Pending;
  const cancelling = (action.status === 'Pending' || action.status === 'InProgress') && action.cancellationRequestor;
  return (
    <Badge tone={cancelling ? 'warn' : tone} icon={<Icon aria-hidden className={turns ? 'animate-spin [animation-duration:2s]' : ''} />}>
      {cancelling ? t('actions.cancelling') : t(`actions.${action.status}`)}
    </Badge>
  );
}
