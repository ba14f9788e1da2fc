import { useText } from '../../text';
import { Button } from '../../ui/Button';
import { CopyField } from '../../ui/Copy';
import { Dialog } from '../../ui/Dialog';
import { plain } from '../../ui/plain';
import type { Entry } from './api';

/** All that an entry holds. */
export function Detail({ entry, onClose }: { entry: Entry; onClose: () => void }) {
  const { t, dateTime } = useText();
  return (
    <Dialog
      open
      wide
      onOpenChange={(open) => !open && onClose()}
      title={t('audit.entry', { number: String(entry.number) })}
      description={dateTime(entry.at)}
      footer={<Button onClick={onClose}>{t('common.close')}</Button>}
    >
      <dl className="grid gap-x-6 gap-y-3 pb-4 text-sm sm:grid-cols-[7rem_1fr] [&_dt]:text-muted">
        <dt>{t('audit.event')}</dt>
        <dd>{plain(entry.event)}</dd>
        <dt>{t('audit.actor')}</dt>
        <dd className="break-words">{plain(entry.actor)}</dd>
        <dt>{t('audit.subject')}</dt>
        <dd className="break-all">{plain(entry.subject)}</dd>
        <dt>{t('audit.detail')}</dt>
        <dd>
          <pre tabIndex={0} aria-label={t('audit.detail')} className="max-h-72 overflow-auto rounded-lg bg-sunken p-3 text-[13px] whitespace-pre-wrap break-all">
            {JSON.stringify(entry.detail, null, 2).split('\n').map((line) => plain(line)).join('\n')}
          </pre>
        </dd>
      </dl>
      <div className="pb-4">
        <CopyField label={t('audit.hash')} value={entry.hash} />
      </div>
    </Dialog>
  );
}
