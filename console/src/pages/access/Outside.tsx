import { Globe, Plus, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { post, remove } from '../../api/http';
import { useText } from '../../text';
import { Ask } from '../../ui/Ask';
import { Badge } from '../../ui/Badge';
import { Button, IconButton } from '../../ui/Button';
import { Field, Input } from '../../ui/form';
import { plain } from '../../ui/plain';
import { toast } from '../../ui/toast';
import { Listed } from './Listed';
import { type Issuer, useIssuers, useRefresh } from './api';

export function Outside() {
  const { t } = useText();
  const refresh = useRefresh();
  const [making, setMaking] = useState(false);
  const [leaving, setLeaving] = useState<Issuer>();
  return (
    <>
      <Listed<Issuer>
        label={t('access.outside')}
        query={useIssuers()}
        id={(issuer) => issuer.id}
        words={(issuer) => `${issuer.issuer} ${issuer.audience}`}
        add={t('access.newIssuer')}
        onAdd={() => setMaking(true)}
        icon={<Globe aria-hidden />}
        empty={t('access.noIssuers')}
        emptyLead={t('access.noIssuersLead')}
        columns={[
          { name: 'issuer', label: t('access.issuer'), cell: (issuer) => <span className="font-medium break-all">{plain(issuer.issuer)}</span> },
          { name: 'audience', label: t('access.audience'), cell: (issuer) => <span className="break-all">{plain(issuer.audience)}</span> },
          {
            name: 'grants',
            label: t('access.grants'),
            className: 'md:w-2/5',
            cell: (issuer) => (
              <ul className="flex flex-col gap-1">
                {[...issuer.roles, ...issuer.scopes].map((grant, index) => (
                  <li key={index} className="flex flex-wrap items-center gap-1.5">
                    <Badge tone="accent">{plain(grant.value, 60)}</Badge>
                    <span className="break-all">{plain(grant.permissions.join(', '), 300)}</span>
                  </li>
                ))}
                {issuer.roles.length + issuer.scopes.length === 0 && <li className="text-muted">{t('common.none')}</li>}
              </ul>
            ),
          },
          {
            name: 'do',
            label: t('access.removeIssuer'),
            quiet: true,
            className: 'md:text-right',
            cell: (issuer) => (
              <Button small aria-label={`${t('access.removeIssuer')}: ${plain(issuer.issuer, 120)}`} onClick={() => setLeaving(issuer)}>
                {t('common.remove')}
              </Button>
            ),
          },
        ]}
      />
      {making && <NewIssuer onClose={() => setMaking(false)} />}
      {leaving && (
        <Ask
          danger
          title={`${t('access.removeIssuer')}: ${plain(leaving.issuer, 120)}`}
          description={t('access.removeIssuerLead')}
          submit={t('access.removeIssuer')}
          onSubmit={async () => {
            await remove(`/cordon/v1/outside-issuers/${leaving.id}`);
            await refresh();
          }}
          onClose={() => setLeaving(undefined)}
        />
      )}
    </>
  );
}

function NewIssuer({ onClose }: { onClose: () => void }) {
  const { t } = useText();
  const refresh = useRefresh();
  const [issuer, setIssuer] = useState('');
  const [audience, setAudience] = useState('');
  const [rolesClaim, setClaim] = useState('roles');
  const [grants, setGrants] = useState([{ value: '', permissions: 'Machine.Read.All' }]);
  const change = (index: number, next: Partial<(typeof grants)[number]>) => setGrants(grants.map((one, at) => (at === index ? { ...one, ...next } : one)));
  const send = async () => {
    const roles = grants.map((one) => ({ value: one.value, permissions: one.permissions.split(/[\s,]+/).filter(Boolean) }));
    await post('/cordon/v1/outside-issuers', { issuer, audience, rolesClaim, roles });
    await refresh();
    toast('good', t('access.saved'), issuer);
  };
  return (
    <Ask wide title={t('access.newIssuer')} description={t('access.issuerLead')} submit={t('access.newIssuer')} onSubmit={send} onClose={onClose}>
      <Field label={t('access.issuer')} hint={t('access.issuerHint')}>
        {(control) => (
          <Input {...control} required type="url" pattern="https://.*" placeholder="https://" maxLength={500} value={issuer} onChange={(event) => setIssuer(event.target.value)} />
        )}
      </Field>
      <Field label={t('access.audience')} hint={t('access.audienceHint')}>
        {(control) => <Input {...control} required maxLength={600} value={audience} onChange={(event) => setAudience(event.target.value)} />}
      </Field>
      <Field label={t('access.claim')}>{(control) => <Input {...control} required maxLength={200} value={rolesClaim} onChange={(event) => setClaim(event.target.value)} />}</Field>
      <fieldset className="flex flex-col gap-2">
        <legend className="mb-1.5 text-sm font-medium">{t('access.grants')}</legend>
        <p className="text-[13px] text-muted">{t('access.grantPermissionsHint')}</p>
        {grants.map((one, index) => (
          <div key={index} className="flex flex-wrap items-center gap-2 sm:flex-nowrap">
            <Input aria-label={t('access.grantValue')} placeholder={t('access.grantValue')} required maxLength={200} className="sm:!w-48" value={one.value} onChange={(event) => change(index, { value: event.target.value })} />
            <Input aria-label={t('access.grantPermissions')} required className="flex-1" value={one.permissions} onChange={(event) => change(index, { permissions: event.target.value })} />
            <IconButton label={t('access.removeGrant', { number: index + 1 })} onClick={() => setGrants(grants.filter((_, at) => at !== index))}>
              <Trash2 className="size-4" aria-hidden />
            </IconButton>
          </div>
        ))}
        <div>
          <Button small icon={<Plus className="size-4" aria-hidden />} onClick={() => setGrants([...grants, { value: '', permissions: '' }])}>
            {t('access.addGrant')}
          </Button>
        </div>
      </fieldset>
    </Ask>
  );
}
