import { ShieldAlert, ShieldCheck } from 'lucide-react';
import { useText } from '../../text';
import { plain } from '../../ui/plain';
import { type Enforcement, useEnforcement } from './api';

/** How many machines keep to the list as it is now, and which do not. */
export function Enforced() {
  const { t } = useText();
  const machines = useEnforcement().data?.value;
  if (!machines || machines.length === 0) return null;
  const behind = machines.filter((machine) => !machine.enforcesCurrent || machine.support === 'Unsupported' || machine.support === 'Unknown');
  const why = (machine: Enforcement) =>
    machine.support === 'Unsupported' ? t('files.behindUnsupported') : machine.connected ? t('files.behindSoon') : t('files.behindOffline');
  const all = behind.length === 0;
  return (
    <div className={`rounded-xl border border-line px-5 py-3 text-sm ${all ? 'bg-surface' : 'bg-warn-soft'}`}>
      <p className="flex items-center gap-2 font-medium">
        {all ? <ShieldCheck className="size-5 text-good" aria-hidden /> : <ShieldAlert className="size-5 text-warn" aria-hidden />}
        {t('files.enforcedOf', { done: machines.length - behind.length, all: machines.length })}
      </p>
      {!all && (
        <details className="mt-1.5">
          <summary className="text-warn underline underline-offset-2">{t('files.behind')}</summary>
          <ul className="mt-2 max-h-60 overflow-y-auto">
            {behind.slice(0, 500).map((machine) => (
              <li key={machine.machineId} className="flex flex-wrap gap-x-2 py-0.5">
                <span className="font-medium break-all">{plain(machine.computerDnsName ?? machine.machineId)}</span>
                <span>{why(machine)}</span>
              </li>
            ))}
          </ul>
        </details>
      )}
    </div>
  );
}
