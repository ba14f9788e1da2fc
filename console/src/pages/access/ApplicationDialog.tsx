import { useState } from 'react';
import { patch } from '../../api/http';
import { useText } from '../../text';
import { Ask } from '../../ui/Ask';
import { Button } from '../../ui/Button';
import { Choices } from '../../ui/Check';
import { CopyField } from '../../ui/Copy';
import { Dialog } from '../../ui/Dialog';
import { plain } from '../../ui/plain';
import { toast } from '../../ui/toast';
import { Enabled, setEnabled } from './Applications';
import { ApplicationSignIn } from './ApplicationSignIn';
import { Certificates } from './Certificates';
import { FederatedCredentials } from './Federated';
import { Secrets } from './Secrets';
import { type Application, PERMISSIONS, pathOf, useRefresh } from './api';

/** One application: what it may do, how it proves who it is, how people sign in to it, whether it may come in at all. */
export function ApplicationDialog({ application, onClose }: { application: Application; onClose: () => void }) {
  const { t } = useText();
  const refresh = useRefresh();
  const [permissions, setPermissions] = useState(application.permissions);
  const [busy, setBusy] = useState(false);
  const [stopping, setStopping] = useState(false);
  const path = pathOf(application);
  const name = plain(application.displayName, 120);
  const changed = [...permissions].sort().join() !== [...application.permissions].sort().join();
  const save = async (work: () => Promise<unknown>) => {
    setBusy(true);
    try {
      await work();
      await refresh();
    } catch (error) {
      toast('bad', t('common.failed'), error instanceof Error ? error.message : String(error));
    }
    setBusy(false);
  };
  const offered = [...new Set<string>([...PERMISSIONS, ...application.permissions])];
  return (
    <Dialog
      open
      wide
      onOpenChange={(open) => !open && onClose()}
      title={name}
      footer={
        <>
          {application.enabled ? (
            <Button kind="plain" className="mr-auto" onClick={() => setStopping(true)}>
              {t('access.disable')}
            </Button>
          ) : (
            <Button className="mr-auto" busy={busy} onClick={() => void save(() => setEnabled(path, true, refresh, t('access.saved')))}>
              {t('access.enable')}
            </Button>
          )}
          <Button onClick={onClose}>{t('common.close')}</Button>
          <Button
            kind="primary"
            busy={busy}
            disabled={!changed}
            onClick={() => void save(async () => {
              await patch(path, { permissions });
              toast('good', t('access.saved'), name);
            })}
          >
            {t('common.save')}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-6 pb-4">
        <div>
          <Enabled on={application.enabled} />
        </div>
        <CopyField label={t('access.clientId')} value={application.id} />
        <Secrets application={application} name={name} />
        <Certificates application={application} />
        <FederatedCredentials application={application} />
        <ApplicationSignIn application={application} />
        <Choices label={t('access.permissions')} all={offered.map((one) => ({ name: one, label: <code>{plain(one, 80)}</code> }))} chosen={permissions} onChosen={setPermissions} />
      </div>
      {stopping && (
        <Ask
          danger
          title={`${t('access.disable')}: ${name}`}
          description={t('access.disableLead')}
          submit={t('access.disable')}
          word={name}
          onSubmit={() => setEnabled(path, false, refresh, t('access.saved'))}
          onClose={() => setStopping(false)}
        />
      )}
    </Dialog>
  );
}
