import { useQuery } from '@tanstack/react-query';
import { useParams, useRouter } from '@tanstack/react-router';
import { Keyboard, Languages, LogOut, MonitorSmartphone, Search, SunMoon, Zap } from 'lucide-react';
import { Dialog } from 'radix-ui';
import { type KeyboardEvent, type ReactNode, useDeferredValue, useId, useState } from 'react';
import { type ActionKind, KINDS, obstacle } from '../api/actions';
import { get } from '../api/http';
import { type Machine, nameOf, useMachine } from '../api/machines';
import { mayAct, useMe } from '../api/me';
import { signOut } from '../api/session';
import { PLACES } from '../shell/navigation';
import { setLanguage, useText } from '../text';
import { setTheme } from '../theme';
import { useOpener } from '../ui/opener';
import { plain } from '../ui/plain';

interface Choice {
  id: string;
  group: string;
  label: string;
  icon: ReactNode;
  run: () => void;
}

interface Found {
  id: string;
  computerDnsName: string | null;
}

/** Machines whose names hold the words; the filter's quotes are doubled (OData 4.01, 5.1.1.14.1). */
function useMachines(words: string) {
  const wanted = useDeferredValue(words);
  return useQuery({
    queryKey: ['machines', 'palette', wanted],
    enabled: wanted.length > 1,
    queryFn: ({ signal }) =>
      get<{ value: Found[] }>('/api/machines', { $filter: `contains(computerDnsName,'${wanted.replaceAll("'", "''")}')`, $top: 8 }, signal),
  });
}

/** What the machine that is on the screen can do. */
function useActs(onAsk: (kind: ActionKind, machine: Machine) => void): Choice[] {
  const { t } = useText();
  const { id } = useParams({ strict: false });
  const { data: me } = useMe();
  const machine = useMachine(id ?? '', id !== undefined).data;
  if (!machine) return [];
  return KINDS.filter((kind) => obstacle(kind, machine, mayAct(me, kind.permissions, machine.rbacGroupId)) === null).map((kind) => ({
    id: `act-${kind.type}`,
    group: t('palette.onMachine', { name: plain(nameOf(machine), 60) }),
    label: t(`actions.${kind.type}`),
    icon: <Zap className="size-[18px] text-muted" aria-hidden />,
    run: () => onAsk(kind, machine),
  }));
}

/** Everything one can go to or do, found by typing (the combobox of the ARIA practices, with its list always open). */
export function Palette({ onHelp, onAsk, onClose }: { onHelp: () => void; onAsk: (kind: ActionKind, machine: Machine) => void; onClose: () => void }) {
  const { t } = useText();
  const router = useRouter();
  const id = useId();
  const giveBack = useOpener();
  const [search, setSearch] = useState('');
  const [at, setAt] = useState(0);
  const words = search.trim().toLowerCase();
  const machines = useMachines(words);
  const icon = 'size-[18px] text-muted';
  const fixed: Choice[] = [
    ...PLACES.map(({ to, label, icon: Icon }) => ({
      id: to,
      group: t('palette.pages'),
      label: t(label),
      icon: <Icon className={icon} aria-hidden />,
      run: () => void router.navigate({ to }),
    })),
    { id: 'help', group: t('palette.other'), label: t('palette.shortcuts'), icon: <Keyboard className={icon} aria-hidden />, run: onHelp },
    ...(['light', 'dark', 'system'] as const).map((theme) => ({
      id: `theme-${theme}`,
      group: t('palette.other'),
      label: t(theme === 'light' ? 'palette.themeLight' : theme === 'dark' ? 'palette.themeDark' : 'palette.themeSystem'),
      icon: <SunMoon className={icon} aria-hidden />,
      run: () => setTheme(theme),
    })),
    { id: 'en', group: t('palette.other'), label: t('palette.inEnglish'), icon: <Languages className={icon} aria-hidden />, run: () => setLanguage('en') },
    { id: 'ko', group: t('palette.other'), label: t('palette.inKorean'), icon: <Languages className={icon} aria-hidden />, run: () => setLanguage('ko') },
    { id: 'out', group: t('palette.other'), label: t('palette.signOut'), icon: <LogOut className={icon} aria-hidden />, run: signOut },
  ];
  const acts = useActs(onAsk);
  const found: Choice[] = (words.length > 1 ? (machines.data?.value ?? []) : []).map((machine) => ({
    id: `machine-${machine.id}`,
    group: t('palette.machines'),
    label: plain(machine.computerDnsName ?? machine.id, 120),
    icon: <MonitorSmartphone className={icon} aria-hidden />,
    run: () => void router.navigate({ to: '/machines/$id', params: { id: machine.id } }),
  }));
  const choices = [...found, ...[...acts, ...fixed].filter((choice) => choice.label.toLowerCase().includes(words))];
  const current = Math.min(at, choices.length - 1);
  const run = (choice: Choice | undefined) => {
    if (!choice) return;
    onClose();
    choice.run();
  };
  const keys = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && choices.length) setAt((current + step + choices.length) % choices.length);
    else if (event.key === 'Enter' && !event.nativeEvent.isComposing) run(choices[current]);
    else return;
    event.preventDefault();
  };
  const groups = [...new Set(choices.map((choice) => choice.group))];
  return (
    <Dialog.Root open onOpenChange={(open) => !open && onClose()}>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-40 bg-black/45" />
        <Dialog.Content
          aria-describedby={undefined}
          onCloseAutoFocus={giveBack}
          className="fixed top-3 left-1/2 z-50 flex max-h-[80dvh] w-[calc(100%-1.5rem)] max-w-xl -translate-x-1/2 flex-col overflow-hidden rounded-2xl border border-line bg-raised shadow-float sm:top-[12dvh]"
        >
          <Dialog.Title className="sr-only">{t('palette.title')}</Dialog.Title>
          <div className="flex items-center gap-3 border-b border-line px-4">
            <Search className="size-5 text-muted" aria-hidden />
            <input
              role="combobox"
              aria-label={t('palette.hint')}
              aria-expanded
              aria-controls={`${id}-list`}
              aria-activedescendant={choices[current] ? `${id}-${choices[current].id}` : undefined}
              aria-autocomplete="list"
              placeholder={t('palette.hint')}
              value={search}
              autoComplete="off"
              spellCheck={false}
              onChange={(event) => {
                setSearch(event.target.value);
                setAt(0);
              }}
              onKeyDown={keys}
              className="h-13 min-w-0 flex-1 bg-transparent text-[15px] outline-none"
            />
          </div>
          <p role="status" className="sr-only">
            {t('palette.results', { count: choices.length })}
          </p>
          <div id={`${id}-list`} role="listbox" aria-label={t('palette.title')} className="min-h-0 flex-1 overflow-y-auto p-2">
            {groups.map((group) => (
              <div key={group} role="group" aria-label={group}>
                <p aria-hidden className="px-3 pt-2 pb-1 text-xs font-medium text-muted">
                  {group}
                </p>
                {choices.map((choice, index) =>
                  choice.group === group ? (
                    <div
                      key={choice.id}
                      id={`${id}-${choice.id}`}
                      role="option"
                      aria-selected={index === current}
                      ref={(element) => {
                        if (index === current) element?.scrollIntoView({ block: 'nearest' });
                      }}
                      onPointerMove={() => setAt(index)}
                      onClick={() => run(choice)}
                      className="flex h-10 cursor-pointer items-center gap-3 rounded-lg px-3 text-sm aria-selected:bg-accent-soft aria-selected:text-accent"
                    >
                      {choice.icon}
                      <span className="truncate">{choice.label}</span>
                    </div>
                  ) : null,
                )}
              </div>
            ))}
          </div>
          {choices.length === 0 && (
            <p className="px-5 pb-6 text-sm text-muted">{machines.isFetching ? t('palette.searching') : t('palette.nothing')}</p>
          )}
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
