import { useState } from 'react';
import { patch, post } from '../../api/http';
import { useText } from '../../text';
import { Ask } from '../../ui/Ask';
import { Check } from '../../ui/Check';
import { CopyField } from '../../ui/Copy';
import { Field, Input, Select } from '../../ui/form';
import { plain } from '../../ui/plain';
import { Rarely } from '../../ui/Rarely';
import { Rows } from '../../ui/Rows';
import { toast } from '../../ui/toast';
import { IssuerField, TrustDetails, UrlField, trustOf } from './Trust';
import { RoleChoices } from './UserDialogs';
import { type SignInIssuer, useRefresh, useRoles, words } from './api';

const PATH = '/cordon/v1/sign-in-issuers';

/** A role here for a value of the claim. */
interface Mapped {
  value: string;
  role: string;
}

type Fresh = Omit<SignInIssuer, 'id' | 'clientSecretSet' | 'redirectUri' | 'logoutUri'>;

const FRESH: Fresh = {
  displayName: '',
  enabled: true,
  issuer: '',
  jwksUri: null,
  authority: null,
  tokenEndpoint: null,
  clientId: '',
  scopes: ['profile', 'email'],
  secondFactorAmr: [],
  secondFactorAcr: [],
  linkClaim: null,
  createUsers: false,
  nameClaim: 'preferred_username',
  rolesClaim: 'roles',
  roles: [],
  defaultRoles: [],
};

/** Adds an issuer at which people sign in, or changes one. What is empty trusts it with less. */
export function SignInIssuerDialog({ known, onAdded, onClose }: { known?: SignInIssuer; onAdded?: (added: SignInIssuer) => void; onClose: () => void }) {
  const { t } = useText();
  const refresh = useRefresh();
  const before: Fresh = known ?? FRESH;
  const [trust, setTrust] = useState(trustOf(before));
  const [is, setIs] = useState({
    displayName: before.displayName,
    enabled: before.enabled,
    clientId: before.clientId,
    tokenEndpoint: before.tokenEndpoint ?? '',
    linkClaim: before.linkClaim ?? '',
    createUsers: before.createUsers,
    nameClaim: before.nameClaim,
    rolesClaim: before.rolesClaim,
    defaultRoles: before.defaultRoles,
  });
  const [secret, setSecret] = useState('');
  const [secretless, setSecretless] = useState(false);
  const [typed, setTyped] = useState({ scopes: before.scopes.join(' '), secondFactorAmr: before.secondFactorAmr.join(' '), secondFactorAcr: before.secondFactorAcr.join(' ') });
  const [mapped, setMapped] = useState<Mapped[]>(before.roles.flatMap(({ value, roles }) => roles.map((role) => ({ value, role }))));
  const change = (next: Partial<typeof is>) => setIs({ ...is, ...next });
  const text = (name: 'displayName' | 'clientId' | 'linkClaim' | 'nameClaim' | 'rolesClaim', label: string, most: number, hint?: string, required = true) => (
    <Field label={label} hint={hint}>
      {(control) => <Input {...control} required={required} maxLength={most} autoComplete="off" value={is[name]} onChange={(event) => change({ [name]: event.target.value })} />}
    </Field>
  );
  const several = (name: keyof typeof typed, label: string, hint: string) => (
    <Field label={label} hint={hint}>
      {(control) => <Input {...control} autoComplete="off" value={typed[name]} onChange={(event) => setTyped({ ...typed, [name]: event.target.value })} />}
    </Field>
  );
  const send = async () => {
    const body = {
      ...is,
      ...trust,
      scopes: words(typed.scopes),
      secondFactorAmr: words(typed.secondFactorAmr),
      secondFactorAcr: words(typed.secondFactorAcr),
      roles: mapped.filter((one) => one.value && one.role).map(({ value, role }) => ({ value, roles: [role] })),
      // what is not said stays
      ...(secretless ? { clientSecret: null } : secret ? { clientSecret: secret } : {}),
    };
    if (known) await patch(`${PATH}/${known.id}`, body);
    else onAdded?.(await post<SignInIssuer>(PATH, body));
    await refresh();
    toast('good', t('access.saved'), is.displayName);
  };
  return (
    <Ask
      wide
      title={known ? plain(known.displayName, 120) : t('issuers.newSignIn')}
      description={t('issuers.signInLead')}
      submit={known ? t('common.save') : t('issuers.newSignIn')}
      onSubmit={send}
      onClose={onClose}
    >
      {known && <Check label={t('access.enabled')} hint={t('issuers.enabledHint')} checked={is.enabled} onChecked={(enabled) => change({ enabled })} />}
      {text('displayName', t('common.name'), 60, t('issuers.nameHint'))}
      <IssuerField trust={trust} onTrust={setTrust} fixed={known !== undefined} />
      {text('clientId', t('access.clientId'), 500, t('issuers.clientIdHint'))}
      <Field label={t('issuers.clientSecret')} hint={t(known?.clientSecretSet ? 'issuers.secretKept' : 'issuers.secretHint')}>
        {(control) => <Input {...control} type="password" autoComplete="new-password" maxLength={500} disabled={secretless} value={secret} onChange={(event) => setSecret(event.target.value)} />}
      </Field>
      {known?.clientSecretSet && <Check label={t('issuers.secretless')} checked={secretless} onChecked={setSecretless} />}
      {known && <CopyField label={t('issuers.redirectUri')} value={known.redirectUri} />}
      {known && <CopyField label={t('issuers.logoutUri')} value={known.logoutUri} />}
      {text('linkClaim', t('issuers.linkClaim'), 200, t('issuers.linkClaimHint'), false)}
      <Check label={t('issuers.createUsers')} hint={t('issuers.createUsersHint')} checked={is.createUsers} onChecked={(createUsers) => change({ createUsers })} />
      {is.createUsers && (
        <>
          {text('nameClaim', t('issuers.nameClaim'), 200)}
          {text('rolesClaim', t('access.claim'), 200, t('issuers.rolesClaimHint'))}
          <RoleRows rows={mapped} onRows={setMapped} />
          <RoleChoices label={t('issuers.defaultRoles')} chosen={is.defaultRoles} onChosen={(defaultRoles) => change({ defaultRoles })} />
        </>
      )}
      <Rarely label={t('issuers.theirFactor')}>
        {several('secondFactorAmr', t('issuers.amr'), t('issuers.factorHint'))}
        {several('secondFactorAcr', t('issuers.acr'), t('issuers.factorHint'))}
      </Rarely>
      <TrustDetails trust={trust} onTrust={setTrust}>
        <UrlField label={t('issuers.tokenEndpoint')} hint={t('issuers.tokenEndpointHint')} value={is.tokenEndpoint} onValue={(tokenEndpoint) => change({ tokenEndpoint })} />
        {several('scopes', t('issuers.scopes'), t('issuers.scopesHint'))}
      </TrustDetails>
    </Ask>
  );
}

function RoleRows({ rows, onRows }: { rows: readonly Mapped[]; onRows: (rows: Mapped[]) => void }) {
  const { t } = useText();
  const roles = useRoles().data?.value ?? [];
  return (
    <Rows<Mapped>
      label={t('issuers.mapped')}
      rows={rows}
      onRows={onRows}
      fresh={{ value: '', role: '' }}
      add={t('issuers.addMapped')}
      remove={(number) => t('issuers.removeMapped', { number })}
    >
      {(one, change) => (
        <>
          <Input aria-label={t('issuers.claimValue')} placeholder={t('issuers.claimValue')} required maxLength={200} className="flex-1" value={one.value} onChange={(event) => change({ value: event.target.value })} />
          <Select aria-label={t('issuers.role')} required className="sm:!w-56" value={one.role} onChange={(event) => change({ role: event.target.value })}>
            <option value="">{t('issuers.chooseRole')}</option>
            {roles.map((role) => (
              <option key={role.id} value={role.displayName}>
                {plain(role.displayName, 120)}
              </option>
            ))}
          </Select>
        </>
      )}
    </Rows>
  );
}
