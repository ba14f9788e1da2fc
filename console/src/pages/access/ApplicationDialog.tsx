import { Trash2 } from 'lucide-react';
import { useState } from 'react';
import { patch, post, remove } from '../../api/http';
import { useText } from '../../text';
import { Ask } from '../../ui/Ask';
import { Button, IconButton } from '../../ui/Button';
import { Choices } from '../../ui/Check';
import { CopyField, ShownOnce } from '../../ui/Copy';
import { Dialog } from '../../ui/Dialog';
import { Select } from '../../ui/form';
import { Loaded } from '../../ui/Loaded';
import { plain } from '../../ui/plain';
import { toast } from '../../ui/toast';
import { Enabled, setEnabled } from './Applications';
import { type Application, PERMISSIONS, type Secret, useRefresh, useSecrets } from './api';

const LIFETIMES = [30, 90, 180, 365, 730];

/** One application: what it may do, its secrets, whether it may come in at all. */
export function ApplicationDialog({ application, onClose }: { application: Application; onClose: () => void }) {
  const { t } = useText();
  const refresh = useRefresh();
  const [permissions, setPermissions] = useState(application.permissions);
  const [busy, setBusy] = useState(false);
  const [stopping, setStopping] = useState(false);
  const path = `/cordon/v1/applications/${application.id}`;
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

function Secrets({ application, name }: { application: Application; name: string }) {
  const { t, ago } = useText();
  const refresh = useRefresh();
  const secrets = useSecrets(application.id);
  const [days, setDays] = useState(180);
  const [made, setMade] = useState<string>();
  const [leaving, setLeaving] = useState<Secret>();
  const path = `/cordon/v1/applications/${application.id}/secrets`;
  const make = async () => {
    try {
      setMade((await post<{ secret: string }>(path, { lifetimeDays: days })).secret);
      await refresh();
    } catch (error) {
      toast('bad', t('common.failed'), error instanceof Error ? error.message : String(error));
    }
  };
  return (
    <section aria-label={t('access.secrets')} className="flex flex-col gap-2">
      <div className="flex flex-wrap items-center gap-2">
        <h3 className="min-w-24 flex-1 text-sm font-medium">{t('access.secrets')}</h3>
        <Select aria-label={t('access.lifetime')} className="!h-8 !w-auto" value={days} onChange={(event) => setDays(Number(event.target.value))}>
          {LIFETIMES.map((count) => (
            <option key={count} value={count}>
              {t('access.days', { days: count })}
            </option>
          ))}
        </Select>
        <Button small onClick={() => void make()}>
          {t('access.newSecret')}
        </Button>
      </div>
      <Loaded query={secrets}>
        {({ value }) =>
          value.length === 0 ? (
            <p className="rounded-lg bg-sunken px-3 py-2.5 text-sm text-muted">{t('access.noSecrets')}</p>
          ) : (
            <ul className="divide-y divide-line rounded-lg border border-line">
              {value.map((secret) => (
                <li key={secret.id} className="flex items-center gap-3 py-1.5 pr-1.5 pl-3 text-sm">
                  <span className="min-w-0 flex-1 break-words">{t('access.secretEnds', { hint: plain(secret.hint, 12), when: ago(secret.expiresAt) })}</span>
                  <IconButton label={t('access.removeSecret', { hint: plain(secret.hint, 12) })} onClick={() => setLeaving(secret)}>
                    <Trash2 className="size-4" aria-hidden />
                  </IconButton>
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
      {made && (
        <ShownOnce
          title={t('access.secretMade', { name })}
          lead={t('access.shownOnce')}
          values={[
            { label: t('access.clientId'), value: application.id },
            { label: t('access.secret'), value: made },
          ]}
          onClose={() => setMade(undefined)}
        />
      )}
      {leaving && (
        <Ask
          danger
          title={t('access.removeSecret', { hint: plain(leaving.hint, 12) })}
          description={t('access.removeSecretLead')}
          submit={t('common.remove')}
          onSubmit={async () => {
            await remove(`${path}/${leaving.id}`);
            await refresh();
          }}
          onClose={() => setLeaving(undefined)}
        />
      )}
    </section>
  );
}
