import { useState } from 'react';
import { post } from '../../api/http';
import { useText } from '../../text';
import { Ask } from '../../ui/Ask';
import { Field, Input } from '../../ui/form';
import { Rows } from '../../ui/Rows';
import { toast } from '../../ui/toast';
import { IssuerField, NO_TRUST, TrustDetails } from './Trust';
import { type Grant, useRefresh, words } from './api';

/** A grant as it is typed, its permissions as one text. */
interface Typed {
  value: string;
  permissions: string;
}

const read = (rows: readonly Typed[]): Grant[] => rows.map((one) => ({ value: one.value, permissions: words(one.permissions) }));

/** Lets the API take tokens of an outside issuer. Without a claim for scopes no token is a user's, so the rest is not asked. */
export function NewTokenIssuer({ onClose }: { onClose: () => void }) {
  const { t } = useText();
  const refresh = useRefresh();
  const [trust, setTrust] = useState(NO_TRUST);
  const [audience, setAudience] = useState('');
  const [rolesClaim, setRolesClaim] = useState('roles');
  const [scopesClaim, setScopesClaim] = useState('');
  const [roles, setRoles] = useState<Typed[]>([{ value: '', permissions: 'Machine.Read.All' }]);
  const [scopes, setScopes] = useState<Typed[]>([]);
  const [portalRoles, setPortalRoles] = useState<Typed[]>([]);
  const ofUsers = scopesClaim.trim() !== '';
  const send = async () => {
    const forUsers = ofUsers ? { scopesClaim, scopes: read(scopes), portalRoles: read(portalRoles) } : {};
    await post('/cordon/v1/outside-issuers', { ...trust, audience, rolesClaim, roles: read(roles), ...forUsers });
    await refresh();
    toast('good', t('access.saved'), trust.issuer);
  };
  return (
    <Ask wide title={t('access.newIssuer')} description={t('access.issuerLead')} submit={t('access.newIssuer')} onSubmit={send} onClose={onClose}>
      <IssuerField trust={trust} onTrust={setTrust} />
      <Field label={t('access.audience')} hint={t('access.audienceHint')}>
        {(control) => <Input {...control} required maxLength={600} value={audience} onChange={(event) => setAudience(event.target.value)} />}
      </Field>
      <Field label={t('access.claim')}>{(control) => <Input {...control} required maxLength={200} value={rolesClaim} onChange={(event) => setRolesClaim(event.target.value)} />}</Field>
      <Grants label={t('access.grants')} hint={t('issuers.grantsHint')} value={t('access.grantValue')} first="Machine.Read.All" rows={roles} onRows={setRoles} />
      <Field label={t('issuers.scopesClaim')} hint={t('issuers.scopesClaimHint')}>
        {(control) => <Input {...control} maxLength={200} value={scopesClaim} onChange={(event) => setScopesClaim(event.target.value)} />}
      </Field>
      {ofUsers && (
        <>
          <Grants label={t('issuers.scopeGrants')} hint={t('issuers.scopeGrantsHint')} value={t('issuers.scopeValue')} first="Machine.Read" rows={scopes} onRows={setScopes} />
          <Grants label={t('issuers.portalGrants')} hint={t('issuers.portalGrantsHint')} value={t('access.grantValue')} first="ViewData" rows={portalRoles} onRows={setPortalRoles} />
        </>
      )}
      <TrustDetails trust={trust} onTrust={setTrust} />
    </Ask>
  );
}

function Grants({
  label,
  hint,
  value,
  first,
  rows,
  onRows,
}: {
  label: string;
  hint: string;
  /** What the value of the claim is called. */
  value: string;
  /** The permission that a new line begins with. */
  first: string;
  rows: readonly Typed[];
  onRows: (rows: Typed[]) => void;
}) {
  const { t } = useText();
  return (
    <Rows<Typed>
      label={label}
      hint={hint}
      rows={rows}
      onRows={onRows}
      fresh={{ value: '', permissions: first }}
      add={t('access.addGrant')}
      remove={(number) => t('access.removeGrant', { number })}
    >
      {(one, change) => (
        <>
          <Input aria-label={value} placeholder={value} required maxLength={200} className="sm:!w-48" value={one.value} onChange={(event) => change({ value: event.target.value })} />
          <Input
            aria-label={t('access.grantPermissions')}
            title={t('access.grantPermissionsHint')}
            required
            className="flex-1"
            value={one.permissions}
            onChange={(event) => change({ permissions: event.target.value })}
          />
        </>
      )}
    </Rows>
  );
}
