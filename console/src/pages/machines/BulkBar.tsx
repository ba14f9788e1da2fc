import { ChevronDown, X } from 'lucide-react';
import { DropdownMenu as Menu } from 'radix-ui';
import { useState } from 'react';
import { type ActionKind, KINDS, obstacle } from '../../api/actions';
import type { MachineRow } from '../../api/machines';
import { mayAct, useMe } from '../../api/me';
import { useText } from '../../text';
import { Button } from '../../ui/Button';
import { ActionDialog } from '../actions/ActionDialog';

/** What can be done with the machines that are picked; how many they are stands first. */
export function BulkBar({ machines, onClear }: { machines: readonly MachineRow[]; onClear: () => void }) {
  const { t } = useText();
  const { data: me } = useMe();
  const [asked, setAsked] = useState<ActionKind | null>(null);
  const allowed = KINDS.filter((kind) => mayAct(me, kind.permissions));
  return (
    <div role="region" aria-label={t('machines.bulk')} className="flex flex-wrap items-center gap-2 rounded-xl border border-accent bg-accent-soft px-4 py-2">
      <p role="status" className="flex-1 text-sm font-medium">
        {t('machines.selected', { count: machines.length })}
      </p>
      <Menu.Root>
        <Menu.Trigger asChild>
          <Button kind="primary" small>
            {t('machines.bulk')}
            <ChevronDown className="size-4" aria-hidden />
          </Button>
        </Menu.Trigger>
        <Menu.Portal>
          <Menu.Content align="end" sideOffset={6} className="z-50 min-w-56 rounded-xl border border-line bg-raised p-1.5 shadow-float">
            {allowed.map((kind) => (
              <Menu.Item
                key={kind.type}
                onSelect={() => setAsked(kind)}
                className={`flex h-9 items-center rounded-lg px-2.5 text-sm outline-none data-[highlighted]:bg-sunken ${kind.irreversible ? 'text-bad' : ''}`}
              >
                {t(`actions.${kind.type}`)}…
              </Menu.Item>
            ))}
          </Menu.Content>
        </Menu.Portal>
      </Menu.Root>
      <Button small kind="quiet" icon={<X className="size-4" aria-hidden />} onClick={onClear}>
        {t('machines.clearSelection')}
      </Button>
      {asked && (
        <ActionDialog
          kind={asked}
          machines={machines}
          unable={machines.filter((machine) => obstacle(asked, machine, mayAct(me, asked.permissions, machine.rbacGroupId)) !== null).length}
          onClose={() => setAsked(null)}
        />
      )}
    </div>
  );
}
