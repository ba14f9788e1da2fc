import { Command } from 'lucide-react';
import { useCallback, useState } from 'react';
import type { ActionKind } from '../api/actions';
import type { Machine } from '../api/machines';
import { ActionDialog } from '../pages/actions/ActionDialog';
import { PLACES } from '../shell/navigation';
import { useText } from '../text';
import { IconButton } from '../ui/Button';
import { Dialog } from '../ui/Dialog';
import { GO, useKeys } from './keys';
import { Palette } from './Palette';

/** The command palette with its button and keys, and the help that lists them. */
export function Commands() {
  const { t } = useText();
  const [open, setOpen] = useState<'palette' | 'help'>();
  const palette = useCallback(() => setOpen('palette'), []);
  const help = useCallback(() => setOpen('help'), []);
  const [asked, setAsked] = useState<{ kind: ActionKind; machine: Machine }>();
  const close = () => setOpen(undefined);
  useKeys({ onPalette: palette, onHelp: help });
  return (
    <>
      <IconButton label={t('palette.open')} aria-keyshortcuts="Control+K Meta+K" onClick={palette}>
        <Command className="size-5" aria-hidden />
      </IconButton>
      {open === 'palette' && <Palette onHelp={help} onAsk={(kind, machine) => setAsked({ kind, machine })} onClose={close} />}
      {asked && <ActionDialog kind={asked.kind} machines={[asked.machine]} onClose={() => setAsked(undefined)} />}
      {open === 'help' && <Shortcuts onClose={close} />}
    </>
  );
}

function Keys({ keys }: { keys: readonly string[] }) {
  const { t } = useText();
  return (
    <span className="flex items-center gap-1.5 text-xs text-muted">
      {keys.map((key, index) => (
        <span key={key} className="flex items-center gap-1.5">
          {index > 0 && t('palette.then')}
          <kbd className="rounded border border-line-strong bg-sunken px-1.5 py-0.5 font-mono text-xs text-text">{key}</kbd>
        </span>
      ))}
    </span>
  );
}

function Shortcuts({ onClose }: { onClose: () => void }) {
  const { t } = useText();
  const all: [string, string[]][] = [
    [t('palette.openPalette'), ['Ctrl K']],
    ...PLACES.map(({ to, label }): [string, string[]] => [t('palette.goTo', { page: t(label) }), ['G', GO[to].toUpperCase()]]),
    [t('palette.search'), ['/']],
    [t('palette.help'), ['?']],
  ];
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()} title={t('palette.shortcuts')}>
      <ul className="divide-y divide-line pb-4">
        {all.map(([label, keys]) => (
          <li key={label} className="flex items-center justify-between gap-4 py-2.5 text-sm">
            {label}
            <Keys keys={keys} />
          </li>
        ))}
      </ul>
    </Dialog>
  );
}
