import { Users as Icon } from 'lucide-react';
import { useState } from 'react';
import { post, put, remove } from '../../api/http';
import { type Key, useText } from '../../text';
import { Ask } from '../../ui/Ask';
import { Badge } from '../../ui/Badge';
import { Button } from '../../ui/Button';
import { Check, Choices } from '../../ui/Check';
import { Field, Input } from '../../ui/form';
import { plain } from '../../ui/plain';
import { toast } from '../../ui/toast';
import { Permissions } from './Applications';
import { Listed } from './Listed';
import { ROLE_PERMISSIONS, type Role, useGroups, useRefresh, useRoles } from './api';

const ADMINISTRATOR = 'Administrator';

export function Roles() {
  const { t } = useText();
  const [editing, setEditing] = useState<Role | 'new'>();
  const [leaving, setLeaving] = useState<Role>();
  const refresh = useRefresh();
  return (
    <>
      <Listed<Role>
        label={t('access.roles')}
        query={useRoles()}
        id={(role) => role.id}
        words={(role) => `${role.displayName} ${role.permissions.join(' ')}`}
        add={t('access.newRole')}
        onAdd={() => setEditing('new')}
        icon={<Icon aria-hidden />}
        empty={t('access.noRoles')}
        columns={[
          { name: 'name', label: t('common.name'), cell: (role) => <span className="font-medium break-words">{plain(role.displayName)}</span> },
          { name: 'permissions', label: t('access.permissions'), className: '@4xl:w-2/5', cell: (role) => <Permissions names={role.permissions} /> },
          { name: 'reach', label: t('access.reach'), cell: (role) => <Reach role={role} /> },
          {
            name: 'do',
            label: t('access.edit'),
            quiet: true,
            cell: (role) =>
              role.displayName === ADMINISTRATOR ? (
                <p className="text-[13px] text-muted @4xl:text-right">{t('access.fixedRole')}</p>
              ) : (
                <div className="flex gap-2 @4xl:justify-end">
                  <Button small aria-label={t('access.editOf', { name: plain(role.displayName, 80) })} onClick={() => setEditing(role)}>
                    {t('access.edit')}
                  </Button>
                  <Button small aria-label={`${t('access.deleteRole')}: ${plain(role.displayName, 80)}`} onClick={() => setLeaving(role)}>
                    {t('common.remove')}
                  </Button>
                </div>
              ),
          },
        ]}
      />
      {editing && <RoleDialog role={editing === 'new' ? undefined : editing} onClose={() => setEditing(undefined)} />}
      {leaving && (
        <Ask
          danger
          title={`${t('access.deleteRole')}: ${plain(leaving.displayName, 80)}`}
          description={t('access.deleteRoleLead')}
          submit={t('access.deleteRole')}
          word={leaving.displayName}
          onSubmit={async () => {
            await remove(`/cordon/v1/roles/${leaving.id}`);
            await refresh();
          }}
          onClose={() => setLeaving(undefined)}
        />
      )}
    </>
  );
}

function Reach({ role }: { role: Role }) {
  const { t } = useText();
  const groups = useGroups().data?.value ?? [];
  if (role.allMachines) return <Badge tone="accent">{t('access.allMachines')}</Badge>;
  if (role.machineGroups.length === 0) return <Badge>{t('access.noReach')}</Badge>;
  return (
    <ul className="flex flex-wrap gap-1">
      {role.machineGroups.map((id) => (
        <li key={id}>
          <Badge>{id === 0 ? t('access.ungrouped') : plain(groups.find((group) => group.id === id)?.name ?? id, 60)}</Badge>
        </li>
      ))}
    </ul>
  );
}

function RoleDialog({ role, onClose }: { role?: Role; onClose: () => void }) {
  const { t } = useText();
  const refresh = useRefresh();
  const groups = useGroups().data?.value ?? [];
  const [displayName, setName] = useState(role?.displayName ?? '');
  const [permissions, setPermissions] = useState<string[]>(role?.permissions ?? ['ViewData']);
  const [allMachines, setAll] = useState(role?.allMachines ?? true);
  const [machineGroups, setGroups] = useState<number[]>(role?.machineGroups ?? []);
  const send = async () => {
    const body = { displayName, permissions, allMachines, machineGroups: allMachines ? [] : machineGroups };
    await (role ? put(`/cordon/v1/roles/${role.id}`, body) : post('/cordon/v1/roles', body));
    await refresh();
    toast('good', t('access.saved'), displayName);
  };
  return (
    <Ask
      title={role ? plain(role.displayName, 120) : t('access.newRole')}
      description={t('access.roleLead')}
      submit={role ? t('common.save') : t('access.newRole')}
      onSubmit={send}
      onClose={onClose}
    >
      {!role && (
        <Field label={t('common.name')}>{(control) => <Input {...control} required maxLength={256} value={displayName} onChange={(event) => setName(event.target.value)} />}</Field>
      )}
      <Choices
        label={t('access.permissions')}
        all={ROLE_PERMISSIONS.map((name) => ({ name: name as string, label: t(`access.p${name}` as Key), hint: <code>{name}</code> }))}
        chosen={permissions}
        onChosen={setPermissions}
      />
      <Check label={t('access.allMachines')} checked={allMachines} onChecked={setAll} />
      {!allMachines && (
        <Choices
          label={t('access.onlyGroups')}
          all={[...groups.map((group) => ({ name: group.id, label: plain(group.name, 120) })), { name: 0, label: t('access.ungrouped') }]}
          chosen={machineGroups}
          onChosen={setGroups}
        />
      )}
    </Ask>
  );
}
