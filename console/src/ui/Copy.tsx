import { Check, Copy as CopyIcon } from 'lucide-react';
import { useState } from 'react';
import { useText } from '../text';
import { Button } from './Button';
import { Dialog } from './Dialog';
import { plain } from './plain';

/** Copies a text and says so. */
export function CopyButton({ value, label, small }: { value: string; label?: string; small?: boolean }) {
  const { t } = useText();
  const [done, setDone] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(value);
    setDone(true);
    setTimeout(() => setDone(false), 2_000);
  };
  const icon = done ? <Check className="size-4" aria-hidden /> : <CopyIcon className="size-4" aria-hidden />;
  return (
    <Button small={small} icon={icon} aria-live="polite" onClick={() => void copy()}>
      {done ? t('common.copied') : (label ?? t('common.copy'))}
    </Button>
  );
}

/** A text to hand on, whole and selectable. */
export function CopyField({ label, value }: { label: string; value: string }) {
  return (
    <div className="flex flex-col gap-1.5">
      <div className="flex items-end justify-between gap-3">
        <span className="text-sm font-medium">{label}</span>
        <CopyButton small value={value} />
      </div>
      <code tabIndex={0} aria-label={label} className="block max-h-40 overflow-y-auto rounded-lg border border-line bg-sunken px-3 py-2.5 text-[13px] break-all select-all">
        {plain(value, 10_000)}
      </code>
    </div>
  );
}

/** What the server says once and never again. */
export function ShownOnce({ title, lead, values, onClose }: { title: string; lead: string; values: readonly { label: string; value: string }[]; onClose: () => void }) {
  const { t } = useText();
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={title}
      description={lead}
      footer={
        <Button kind="primary" onClick={onClose}>
          {t('common.done')}
        </Button>
      }
    >
      <div className="flex flex-col gap-4 pb-3">
        {values.map((one) => (
          <CopyField key={one.label} {...one} />
        ))}
      </div>
    </Dialog>
  );
}

/** A hash or an id: its ends on the screen, the whole of it for the pointer, the clipboard and screen readers. */
export function Id({ value, ends = 8 }: { value: string; ends?: number }) {
  const whole = plain(value, 200);
  if (whole.length <= 2 * ends + 1) return <code className="break-all">{whole}</code>;
  return (
    <code title={whole} className="whitespace-nowrap">
      <span aria-hidden className="select-none">
        {whole.slice(0, ends)}…{whole.slice(-ends)}
      </span>
      <span className="sr-only">{whole}</span>
    </code>
  );
}
