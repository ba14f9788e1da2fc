import { CircleAlert, CircleCheck, Info, X } from 'lucide-react';
import { Toast as Radix } from 'radix-ui';
import { useSyncExternalStore } from 'react';
import { useText } from '../text';
import { IconButton } from './Button';
import { plain } from './plain';

type Kind = 'good' | 'bad' | 'info';

interface Said {
  id: number;
  kind: Kind;
  title: string;
  detail?: string;
}

let all: readonly Said[] = [];
let next = 1;
const listeners = new Set<() => void>();

function change(now: readonly Said[]) {
  all = now;
  listeners.forEach((listener) => listener());
}

/** Says in a corner what came of something; errors stay until they are closed. */
export function toast(kind: Kind, title: string, detail?: string) {
  change([...all.slice(-3), { id: next++, kind, title: plain(title, 300), detail: detail ? plain(detail, 600) : undefined }]);
}

const ICONS = {
  good: <CircleCheck className="size-5 text-good" aria-hidden />,
  bad: <CircleAlert className="size-5 text-bad" aria-hidden />,
  info: <Info className="size-5 text-info" aria-hidden />,
};

export function Toasts() {
  const { t } = useText();
  const shown = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => all,
  );
  return (
    <Radix.Provider label={t('common.notifications')} swipeDirection="right">
      {shown.map((said) => (
        <Radix.Root
          key={said.id}
          duration={said.kind === 'bad' ? 1_000_000 : 6_000}
          onOpenChange={(open) => !open && change(all.filter((other) => other.id !== said.id))}
          className="flex items-start gap-3 rounded-xl border border-line bg-raised p-4 shadow-float"
        >
          {ICONS[said.kind]}
          <div className="min-w-0 flex-1">
            <Radix.Title className="text-sm font-medium">{said.title}</Radix.Title>
            {said.detail && <Radix.Description className="mt-0.5 text-sm break-words text-muted">{said.detail}</Radix.Description>}
          </div>
          <Radix.Close asChild>
            <IconButton label={t('common.close')} className="-my-1.5 -mr-2">
              <X className="size-4" aria-hidden />
            </IconButton>
          </Radix.Close>
        </Radix.Root>
      ))}
      <Radix.Viewport className="fixed right-0 bottom-0 z-60 flex w-96 max-w-full flex-col gap-2 p-4 outline-none" />
    </Radix.Provider>
  );
}
