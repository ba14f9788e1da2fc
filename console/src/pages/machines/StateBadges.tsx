import { CircleAlert, GitCompareArrows, Hourglass, Lock, LogOut, Plug, ShieldOff, Unplug, WifiOff } from 'lucide-react';
import type { AspectState, MachineRow } from '../../api/machines';
import { type Key, useText } from '../../text';
import { Badge, type Tone } from '../../ui/Badge';

interface Sign {
  key: string;
  tone: Tone;
  icon: typeof Lock;
  text: Key;
  hint?: Key;
}

const inForce = (value: string | null) => value !== null && value !== 'None';

/** What is so, or is on its way to be: what was observed counts before what was asked for. */
function isolation({ desired, observed }: AspectState): Sign | null {
  if (inForce(observed)) {
    if (desired === 'None') return { key: 'isolation', tone: 'warn', icon: Hourglass, text: 'machines.releasing' };
    return { key: 'isolation', tone: 'held', icon: Unplug, text: observed === 'Selective' ? 'machines.isolatedSelective' : 'machines.isolated' };
  }
  return inForce(desired) ? { key: 'isolation', tone: 'warn', icon: Hourglass, text: 'machines.isolating' } : null;
}

function execution({ desired, observed }: AspectState): Sign | null {
  if (inForce(observed)) {
    if (desired === 'None') return { key: 'execution', tone: 'warn', icon: Hourglass, text: 'machines.allowing' };
    return { key: 'execution', tone: 'held', icon: Lock, text: 'machines.restricted' };
  }
  return inForce(desired) ? { key: 'execution', tone: 'warn', icon: Hourglass, text: 'machines.restricting' } : null;
}

export function signs(machine: MachineRow): Sign[] {
  if (machine.onboardingStatus !== 'Onboarded') return [{ key: 'gone', tone: 'neutral', icon: LogOut, text: 'machines.offboarded' }];
  const found = [
    machine.drift ? { key: 'drift', tone: 'bad' as const, icon: GitCompareArrows, text: 'machines.drifted' as const, hint: 'machines.driftedHint' as const } : null,
    isolation(machine.isolation),
    execution(machine.execution),
    machine.connected
      ? { key: 'link', tone: 'good' as const, icon: Plug, text: 'machines.connected' as const }
      : { key: 'link', tone: 'neutral' as const, icon: WifiOff, text: 'machines.disconnected' as const },
    machine.healthStatus === 'ImpairedCommunication'
      ? { key: 'health', tone: 'warn' as const, icon: CircleAlert, text: 'machines.healthImpaired' as const }
      : null,
    machine.healthStatus === 'Inactive' ? { key: 'health', tone: 'neutral' as const, icon: ShieldOff, text: 'machines.healthInactive' as const } : null,
  ];
  return found.filter((sign) => sign !== null);
}

/** `worded`: how many say it in words; where there is little room the others are signs with their words for the pointer and screen readers. */
export function StateBadges({ machine, worded = 9 }: { machine: MachineRow; worded?: number }) {
  const { t } = useText();
  return (
    <span className="flex min-w-0 flex-wrap items-center gap-1">
      {signs(machine).map(({ key, tone, icon: Icon, text, hint }, index) => (
        <Badge key={key} tone={tone} icon={<Icon aria-hidden />} title={hint ? t(hint) : index < worded ? undefined : t(text)}>
          {index < worded ? t(text) : <span className="sr-only">{t(text)}</span>}
        </Badge>
      ))}
    </span>
  );
}
