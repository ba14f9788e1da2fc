import { KeyRound } from 'lucide-react';
import { useState } from 'react';
import { patch, post } from '../../api/http';
import { useText } from '../../text';
import { Ask } from '../../ui/Ask';
import { Badge } from '../../ui/Badge';
import { Button } from '../../ui/Button';
import { Choices } from '../../ui/Check';
import { CopyButton, Id } from '../../ui/Copy';
import { Field, Input } from '../../ui/form';
import { plain } from '../../ui/plain';
import { Time } from '../../ui/Time';
import { toast } from '../../ui/toast';
import { ApplicationDialog } from './ApplicationDialog';
import { Listed } from './Listed';
import { type Application, PERMISSIONS, useApplications, useRefresh } from './api';

export function Applications() {
  const { t } = useText();
  const applications = useApplications();
  const [making, setMaking] = useState(false);
  const [open, setOpen] = useState<string>();
  const shown = applications.data?.value.find((one) => one.id === open);
  return (
    <>
      <Listed<Application>
        label={t('access.applications')}
        query={applications}
        id={(one) => one.id}
        words={(one) => `${one.displayName} ${one.id} ${one.permissions.join(' ')}`}
        add={t('access.newApplication')}
        onAdd={() => setMaking(true)}
        icon={<KeyRound aria-hidden />}
        empty={t('access.noApplications')}
        columns={[
          { name: 'name', label: t('common.name'), cell: (one) => <span className="font-medium break-words">{plain(one.displayName)}</span> },
          {
            name: 'id',
            label: t('access.clientId'),
            cell: (one) => (
              <div className="flex items-center gap-2">
                <Id value={one.id} />
                <CopyButton small value={one.id} />
              </div>
            ),
          },
          { name: 'permissions', label: t('access.permissions'), className: '@4xl:w-1/3', cell: (one) => <Permissions names={one.permissions} /> },
          { name: 'state', label: t('access.state'), cell: (one) => <Enabled on={one.enabled} /> },
          { name: 'created', label: t('access.created'), cell: (one) => <Time at={one.createdAt} /> },
          {
            name: 'do',
            label: t('access.edit'),
            quiet: true,
            className: '@4xl:text-right',
            cell: (one) => (
              <Button small aria-label={t('access.editOf', { name: plain(one.displayName, 80) })} onClick={() => setOpen(one.id)}>
                {t('access.edit')}
              </Button>
            ),
          },
        ]}
      />
      {making && <NewApplication onMade={setOpen} onClose={() => setMaking(false)} />}
      {shown && <ApplicationDialog application={shown} onClose={() => setOpen(undefined)} />}
    </>
  );
}

export function Enabled({ on }: { on: boolean }) {
  const { t } = useText();
  return <Badge tone={on ? 'good' : 'neutral'}>{t(on ? 'access.enabled' : 'access.disabled')}</Badge>;
}

export function Permissions({ names }: { names: readonly string[] }) {
  const { t } = useText();
  const most = 4;
  if (names.length === 0) return <span className="text-muted">{t('common.none')}</span>;
  return (
    <ul className="flex flex-wrap gap-1" title={names.join('\n')}>
      {names.slice(0, most).map((name) => (
        <li key={name} className="max-w-full">
          <Badge>{plain(name, 80)}</Badge>
        </li>
      ))}
      {names.length > most && (
        <li>
          <Badge tone="accent">+{names.length - most}</Badge>
        </li>
      )}
    </ul>
  );
}

function NewApplication({ onMade, onClose }: { onMade: (id: string) => void; onClose: () => void }) {
  const { t } = useText();
  const refresh = useRefresh();
  const [name, setName] = useState('');
  const [permissions, setPermissions] = useState<string[]>(['Machine.Read.All']);
  const send = async () => {
    const made = await post<Application>('/cordon/v1/applications', { displayName: name, permissions });
    await refresh();
    onMade(made.id);
  };
  return (
    <Ask title={t('access.newApplication')} description={t('access.newApplicationLead')} submit={t('access.newApplication')} onSubmit={send} onClose={onClose}>
      <Field label={t('common.name')}>{(control) => <Input {...control} required maxLength={256} value={name} onChange={(event) => setName(event.target.value)} />}</Field>
      <Choices label={t('access.permissions')} all={PERMISSIONS.map((one) => ({ name: one as string, label: <code>{one}</code> }))} chosen={permissions} onChosen={setPermissions} />
    </Ask>
  );
}

/** Disables or enables, and says so. */
export async function setEnabled(path: string, on: boolean, refresh: () => Promise<unknown>, said: string) {
  await patch(path, { enabled: on });
  await refresh();
  toast('good', said);
}
