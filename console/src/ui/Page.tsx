import { type ReactNode, useEffect } from 'react';
import { useText } from '../text';
import { plain } from './plain';

/** The frame of every page: its heading, which is also the document's title, what can be done, and the content. */
export function Page({ title, above, lead, actions, children, fill }: { title: string; above?: ReactNode; lead?: ReactNode; actions?: ReactNode; children?: ReactNode; fill?: boolean }) {
  const { t } = useText();
  const shown = plain(title, 200);
  useEffect(() => {
    document.title = `${shown} – ${t('common.product')}`;
  }, [shown, t]);
  return (
    <div className={`mx-auto flex w-full max-w-[1600px] flex-col gap-5 px-4 py-5 sm:px-8 sm:py-7 ${fill ? 'h-full min-h-0' : ''}`}>
      <header className="flex flex-wrap items-center gap-x-6 gap-y-3">
        <div className="min-w-44 flex-1">
          {above && <div className="mb-1">{above}</div>}
          <h1 className="text-2xl font-semibold tracking-tight break-words">{shown}</h1>
          {lead && <div className="mt-1 text-sm text-muted">{lead}</div>}
        </div>
        {actions && <div className="flex flex-wrap items-center gap-2">{actions}</div>}
      </header>
      {children}
    </div>
  );
}

/** A surface with a heading. */
export function Card({ title, actions, children, flush }: { title?: ReactNode; actions?: ReactNode; children: ReactNode; flush?: boolean }) {
  return (
    <section className="min-w-0 rounded-xl border border-line bg-surface">
      {title && (
        <header className="flex min-h-13 flex-wrap items-center gap-2 border-b border-line px-5 py-2">
          <h2 className="min-w-0 flex-1 text-[15px] font-semibold">{title}</h2>
          {actions}
        </header>
      )}
      <div className={flush ? '' : 'p-5'}>{children}</div>
    </section>
  );
}
