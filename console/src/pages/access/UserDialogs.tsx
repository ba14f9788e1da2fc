import { useState } from 'react';
import { usePerson } from '../../api/session';
import { patch, post } from '../../api/http';
import { useText } from '../../text';
import { Ask } from '../../ui/Ask';
import { Check, Choices } from '../../ui/Check';
import { Field, Input } from '../../ui/form';
import { plain } from '../../ui/plain';
import { toast } from '../../ui/toast';
import { type Invited, type User, useRefresh, useRoles } from './api';

export function RoleChoices({ label, chosen, onChosen }: { label?: string; chosen: readonly string[]; onChosen: (chosen: string[]) => void }) {
  const { t } = useText();
  const roles = useRoles().data?.value ?? [];
  return (
    <Choices
      label={label ?? t('access.roles')}
      all={roles.map((role) => ({ name: role.displayName, label: plain(role.displayName, 120) }))}
      chosen={chosen}
      onChosen={onChosen}
    />
  );
}

export function NewUser({ onMade, onClose }: { onMade: (made: Invited) => void; onClose: () => void }) {
  const { t } = useText();
  const refresh = useRefresh();
  const [userPrincipalName, setUserName] = useState('');
  const [displayName, setDisplayName] = useState('');
  const [roles, setRoles] = useState<string[]>([]);
  const [secondFactorRequired, setFactor] = useState(true);
  const send = async () => {
    onMade(await post<Invited>('/cordon/v1/users', { userPrincipalName, displayName: displayName || userPrincipalName, roles, secondFactorRequired }));
    await refresh();
  };
  return (
    <Ask title={t('access.newUser')} description={t('access.newUserLead')} submit={t('access.newUser')} onSubmit={send} onClose={onClose}>
      <Field label={t('access.userName')} hint={t('access.userNameHint')}>
        {(control) => (
          <Input {...control} required type="email" maxLength={256} autoComplete="off" value={userPrincipalName} onChange={(event) => setUserName(event.target.value)} />
        )}
      </Field>
      <Field label={t('access.displayName')}>
        {(control) => <Input {...control} maxLength={256} autoComplete="off" value={displayName} onChange={(event) => setDisplayName(event.target.value)} />}
      </Field>
      <RoleChoices chosen={roles} onChosen={setRoles} />
      <Check label={t('access.requireFactor')} hint={t('access.requireFactorHint')} checked={secondFactorRequired} onChecked={setFactor} />
    </Ask>
  );
}

export function EditUser({ user, onClose }: { user: User; onClose: () => void }) {
  const { t } = useText();
  const refresh = useRefresh();
  const self = usePerson().userName.toLowerCase() === user.userPrincipalName.toLowerCase();
  const [displayName, setDisplayName] = useState(user.displayName);
  const [roles, setRoles] = useState(user.roles);
  const [secondFactorRequired, setFactor] = useState(user.secondFactorRequired);
  const [enabled, setOn] = useState(user.enabled);
  const send = async () => {
    // nobody changes their own roles, or locks themselves out
    await patch(`/cordon/v1/users/${user.id}`, { displayName, secondFactorRequired, ...(self ? {} : { roles, enabled }) });
    await refresh();
    toast('good', t('access.saved'), user.userPrincipalName);
  };
  return (
    <Ask title={plain(user.userPrincipalName, 120)} submit={t('common.save')} onSubmit={send} onClose={onClose}>
      <Field label={t('access.displayName')}>
        {(control) => <Input {...control} required maxLength={256} value={displayName} onChange={(event) => setDisplayName(event.target.value)} />}
      </Field>
      {!self && <RoleChoices chosen={roles} onChosen={setRoles} />}
      <Check label={t('access.requireFactor')} hint={t('access.requireFactorHint')} checked={secondFactorRequired} onChecked={setFactor} />
      {!self && <Check label={t('access.enabled')} hint={t('access.disableLead')} checked={enabled} onChecked={setOn} />}
    </Ask>
  );
}
