/** What a place shows when it has nothing to show: empty, loading, failed, not allowed. */
import { Ban, CircleAlert, Inbox, RotateCcw, SearchX } from 'lucide-react';
import type { ReactNode } from 'react';
import { ApiError } from '../api/http';
import { useText } from '../text';
import { Button } from './Button';
import { plain } from './plain';

function Message({ icon, title, lead, children, role }: { icon: ReactNode; title: string; lead?: ReactNode; children?: ReactNode; role?: 'alert' | 'status' }) {
  return (
    <div role={role} className="mx-auto flex max-w-md flex-col items-center gap-2 px-6 py-14 text-center">
      <div className="mb-2 flex size-12 items-center justify-center rounded-full bg-sunken text-muted [&_svg]:size-6">{icon}</div>
      <h2 className="text-base font-semibold">{title}</h2>
      {lead && <p className="text-sm text-balance text-muted">{lead}</p>}
      {children && <div className="mt-3 flex flex-wrap justify-center gap-2">{children}</div>}
    </div>
  );
}

export function Empty({ title, lead, icon, children }: { title: string; lead?: ReactNode; icon?: ReactNode; children?: ReactNode }) {
  return (
    <Message icon={icon ?? <Inbox aria-hidden />} title={title} lead={lead} role="status">
      {children}
    </Message>
  );
}

export function NoPermission({ lead }: { lead?: string }) {
  const { t } = useText();
  return <Message icon={<Ban aria-hidden />} title={t('common.noPermission')} lead={lead ?? t('common.noPermissionLead')} role="alert" />;
}

/** Says what is the matter, by the kind of the error, with the id under which the server's log has it. */
export function ErrorState({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const { t } = useText();
  if (error instanceof ApiError && error.forbidden) return <NoPermission />;
  if (error instanceof ApiError && error.missing) {
    return <Message icon={<SearchX aria-hidden />} title={t('common.notFound')} lead={plain(error.message)} role="alert" />;
  }
  return (
    <Message
      icon={<CircleAlert aria-hidden />}
      title={t('common.failed')}
      lead={error instanceof Error ? plain(error.message) : undefined}
      role="alert"
    >
      {onRetry && (
        <Button icon={<RotateCcw className="size-4" aria-hidden />} onClick={onRetry}>
          {t('common.retry')}
        </Button>
      )}
      {error instanceof ApiError && error.requestId && (
        <p className="w-full font-mono text-xs text-muted">{t('common.requestId', { id: plain(error.requestId) })}</p>
      )}
    </Message>
  );
}

export function Skeleton({ className = 'h-4 w-32' }: { className?: string }) {
  return <span aria-hidden className={`block animate-pulse rounded bg-line ${className}`} />;
}

/** Lines that stand for a list that is on its way. */
export function SkeletonRows({ rows = 8 }: { rows?: number }) {
  const { t } = useText();
  return (
    <div role="status" aria-label={t('common.loading')} className="divide-y divide-line">
      {Array.from({ length: rows }, (_, row) => (
        <div key={row} className="flex h-13 items-center gap-6 px-4">
          <Skeleton className={`h-4 ${row % 3 ? 'w-40' : 'w-52'}`} />
          <Skeleton className="h-4 w-20" />
          <Skeleton className="hidden h-4 w-28 sm:block" />
        </div>
      ))}
    </div>
  );
}
