import { Download, ShieldAlert, ShieldCheck } from 'lucide-react';
import { DropdownMenu as Menu } from 'radix-ui';
import { useState } from 'react';
import { useText } from '../../text';
import { Button } from '../../ui/Button';
import { Dialog } from '../../ui/Dialog';
import { saveBlob } from '../../ui/download';
import { plain } from '../../ui/plain';
import { toast } from '../../ui/toast';
import { type Verification, exported, verify } from './api';
import { type AuditSearch, isFiltered } from './search';

/** Has the server walk the whole chain. */
export function Verify() {
  const { t } = useText();
  const [busy, setBusy] = useState(false);
  const [found, setFound] = useState<Verification>();
  const check = async () => {
    setBusy(true);
    try {
      setFound(await verify());
    } catch (error) {
      toast('bad', t('common.failed'), error instanceof Error ? error.message : String(error));
    }
    setBusy(false);
  };
  return (
    <>
      <Button busy={busy} icon={<ShieldCheck className="size-4" aria-hidden />} onClick={() => void check()}>
        {t('audit.verify')}
      </Button>
      {found && (
        <Dialog
          open
          onOpenChange={(open) => !open && setFound(undefined)}
          title={
            <span className="flex items-center gap-2">
              {found.intact ? <ShieldCheck className="size-6 text-good" aria-hidden /> : <ShieldAlert className="size-6 text-bad" aria-hidden />}
              {found.intact ? t('audit.intact') : t('audit.broken', { number: found.firstBroken })}
            </span>
          }
          footer={
            <Button kind="primary" onClick={() => setFound(undefined)}>
              {t('common.close')}
            </Button>
          }
        >
          <p className="pb-4 text-sm break-words">
            {found.intact ? t('audit.intactLead', { entries: found.entries, hash: plain(found.headHash, 64) }) : t('audit.brokenLead')}
          </p>
        </Dialog>
      )}
    </>
  );
}

/** The server writes what was searched for, however much it is. */
export function Export({ search }: { search: AuditSearch }) {
  const { t } = useText();
  const [busy, setBusy] = useState(false);
  const filtered = isFiltered(search);
  const write = async (format: 'csv' | 'jsonl') => {
    setBusy(true);
    try {
      saveBlob(`cordon-audit.${format}`, await exported(search, format));
    } catch (error) {
      toast('bad', t('common.failed'), error instanceof Error ? error.message : String(error));
    }
    setBusy(false);
  };
  const item = 'flex h-9 items-center rounded-lg px-2.5 text-sm outline-none data-[highlighted]:bg-sunken';
  return (
    <Menu.Root>
      <Menu.Trigger asChild>
        <Button busy={busy} icon={<Download className="size-4" aria-hidden />}>
          {t('audit.export')}
        </Button>
      </Menu.Trigger>
      <Menu.Portal>
        <Menu.Content align="end" sideOffset={4} className="z-50 min-w-44 rounded-xl border border-line bg-raised p-1.5 shadow-float">
          <Menu.Label className="px-2.5 py-1.5 text-xs font-medium text-muted">{t(filtered ? 'audit.exportFound' : 'audit.exportAll')}</Menu.Label>
          <Menu.Item className={item} onSelect={() => void write('jsonl')}>
            {t('audit.exportJson')}
          </Menu.Item>
          <Menu.Item className={item} onSelect={() => void write('csv')}>
            {t('audit.exportCsv')}
          </Menu.Item>
        </Menu.Content>
      </Menu.Portal>
    </Menu.Root>
  );
}
