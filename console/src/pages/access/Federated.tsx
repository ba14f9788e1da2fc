import { useState } from 'react';
import { post } from '../../api/http';
import { useText } from '../../text';
import { Ask } from '../../ui/Ask';
import { Button } from '../../ui/Button';
import { Field, Input } from '../../ui/form';
import { plain } from '../../ui/plain';
import { toast } from '../../ui/toast';
import { Kept } from './Kept';
import { IssuerField, NO_TRUST, TrustDetails } from './Trust';
import { type Application, type Federated, pathOf, useFederated, useRefresh } from './api';

const USUAL_AUDIENCE = 'api://AzureADTokenExchange';

/** The tokens of outside issuers with which an application may prove who it is. */
export function FederatedCredentials({ application }: { application: Application }) {
  const { t } = useText();
  const [adding, setAdding] = useState(false);
  const path = `${pathOf(application)}/federated-credentials`;
  return (
    <>
      <Kept<Federated>
        label={t('credentials.federated')}
        query={useFederated(application.id)}
        empty={t('credentials.noFederated')}
        actions={
          <Button small onClick={() => setAdding(true)}>
            {t('credentials.addFederated')}
          </Button>
        }
        line={(credential) => (
          <>
            <p className="font-medium">{plain(credential.name, 120)}</p>
            <p className="break-all text-muted">{t('credentials.subjectOf', { subject: plain(credential.subject, 600), issuer: plain(credential.issuer, 500) })}</p>
            <p className="break-all text-muted">{t('credentials.forAudience', { audience: plain(credential.audience, 600) })}</p>
          </>
        )}
        path={(credential) => `${path}/${credential.id}`}
        removal={(credential) => t('credentials.removeFederated', { name: plain(credential.name, 120) })}
        removalLead={t('credentials.removeFederatedLead')}
      />
      {adding && <NewFederated path={path} onClose={() => setAdding(false)} />}
    </>
  );
}

function NewFederated({ path, onClose }: { path: string; onClose: () => void }) {
  const { t } = useText();
  const refresh = useRefresh();
  const [name, setName] = useState('');
  const [trust, setTrust] = useState(NO_TRUST);
  const [subject, setSubject] = useState('');
  const [audience, setAudience] = useState(USUAL_AUDIENCE);
  const send = async () => {
    await post(path, { name, ...trust, subject, audience });
    await refresh();
    toast('good', t('access.saved'), name);
  };
  return (
    <Ask wide title={t('credentials.addFederated')} description={t('credentials.federatedLead')} submit={t('credentials.addFederated')} onSubmit={send} onClose={onClose}>
      <Field label={t('common.name')}>{(control) => <Input {...control} required maxLength={120} value={name} onChange={(event) => setName(event.target.value)} />}</Field>
      <IssuerField trust={trust} onTrust={setTrust} />
      <Field label={t('credentials.subject')} hint={t('credentials.subjectHint')}>
        {(control) => <Input {...control} required maxLength={600} value={subject} onChange={(event) => setSubject(event.target.value)} />}
      </Field>
      <Field label={t('access.audience')} hint={t('access.audienceHint')}>
        {(control) => <Input {...control} required maxLength={600} value={audience} onChange={(event) => setAudience(event.target.value)} />}
      </Field>
      <TrustDetails trust={trust} onTrust={setTrust} />
    </Ask>
  );
}
