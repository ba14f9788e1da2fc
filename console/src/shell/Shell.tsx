import { Link, Outlet, useRouterState } from '@tanstack/react-router';
import { Menu } from 'lucide-react';
import { Dialog } from 'radix-ui';
import { useEffect, useRef, useState } from 'react';
import { Commands } from '../palette/Commands';
import { useText } from '../text';
import { IconButton } from '../ui/Button';
import { AccountMenu } from './AccountMenu';
import { Brand } from './Brand';
import { LiveSign } from './LiveSign';
import { PLACES } from './navigation';

function Places({ onGo }: { onGo?: () => void }) {
  const { t } = useText();
  return (
    <nav aria-label={t('common.navigation')}>
      <ul className="flex flex-col gap-1">
        {PLACES.map(({ to, label, icon: Icon }) => (
          <li key={to}>
            <Link
              to={to}
              onClick={onGo}
              activeOptions={{ exact: to === '/', includeSearch: false }}
              className="flex h-10 items-center gap-3 rounded-lg px-3 text-sm font-medium text-muted hover:bg-sunken hover:text-text aria-[current=page]:bg-accent-soft aria-[current=page]:text-accent"
            >
              <Icon className="size-[18px]" aria-hidden />
              {t(label)}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}

/** Landmarks of every page: navigation at the side, or behind a button on a narrow screen; header; content. */
export function Shell() {
  const { t } = useText();
  const [open, setOpen] = useState(false);
  const main = useRef<HTMLElement>(null);
  const path = useRouterState({ select: (state) => state.location.pathname });
  const shown = useRef(path);
  useEffect(() => {
    // a new page begins at its top, for eyes and for screen readers
    if (shown.current !== path) {
      shown.current = path;
      main.current?.focus({ preventScroll: true });
      main.current?.scrollTo(0, 0);
    }
  }, [path]);
  return (
    <div className="grid h-dvh grid-rows-[auto_1fr] lg:grid-cols-[15rem_1fr]">
      <a
        href="#content"
        className="sr-only z-60 rounded-lg bg-accent px-4 py-2 text-sm font-medium text-on-accent focus:not-sr-only focus:fixed focus:top-3 focus:left-3"
        onClick={(event) => {
          event.preventDefault();
          main.current?.focus();
        }}
      >
        {t('common.skip')}
      </a>
      <aside className="hidden border-r border-line bg-surface px-3 py-4 lg:row-span-2 lg:block">
        <div className="px-3 pt-1 pb-6">
          <Brand />
        </div>
        <Places />
      </aside>
      <header className="flex h-14 items-center gap-2 border-b border-line bg-surface px-3 sm:px-8">
        <Dialog.Root open={open} onOpenChange={setOpen}>
          <Dialog.Trigger asChild>
            <IconButton label={t('common.menu')} className="lg:hidden">
              <Menu className="size-5" aria-hidden />
            </IconButton>
          </Dialog.Trigger>
          <Dialog.Portal>
            <Dialog.Overlay className="fixed inset-0 z-40 bg-black/45" />
            <Dialog.Content
              aria-describedby={undefined}
              className="fixed inset-y-0 left-0 z-50 w-72 border-r border-line bg-surface px-3 py-4 shadow-float"
            >
              <Dialog.Title className="px-3 pt-1 pb-6">
                <Brand />
              </Dialog.Title>
              <Places onGo={() => setOpen(false)} />
            </Dialog.Content>
          </Dialog.Portal>
        </Dialog.Root>
        <div className="lg:hidden">
          <Brand />
        </div>
        <div className="flex-1" />
        <LiveSign />
        <Commands />
        <AccountMenu />
      </header>
      <main ref={main} id="content" tabIndex={-1} className="min-h-0 overflow-y-auto outline-none">
        <Outlet />
      </main>
    </div>
  );
}
