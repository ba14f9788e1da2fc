import { useState } from 'react';
import { post } from '../../api/http';
import { useText } from '../../text';
import { Ask } from '../../ui/Ask';
import { Badge } from '../../ui/Badge';
import { Button } from '../../ui/Button';
import { Check } from '../../ui/Check';
import { Id } from '../../ui/Copy';
import { Field, Input } from '../../ui/form';
import { PemField } from '../../ui/PemField';
import { plain } from '../../ui/plain';
import { Rarely } from '../../ui/Rarely';
import { toast } from '../../ui/toast';
import { Kept } from './Kept';
import { type Application, type Certificate, pathOf, useCertificates, useRefresh } from './api';

const LONGEST_PEM = 16_384;

/** The certificates whose keys may sign an application's assertions. */
export function Certificates({ application }: { application: Application }) {
  const { t } = useText();
  const [adding, setAdding] = useState(false);
  const path = `${pathOf(application)}/certificates`;
  return (
    <>
      <Kept<Certificate>
        label={t('credentials.certificates')}
        query={useCertificates(application.id)}
        empty={t('credentials.noCertificates')}
        actions={
          <Button small onClick={() => setAdding(true)}>
            {t('credentials.addCertificate')}
          </Button>
        }
        line={(certificate) => <Line certificate={certificate} />}
        path={(certificate) => `${path}/${certificate.id}`}
        removal={(certificate) => t('credentials.removeCertificate', { name: plain(certificate.subject, 120) })}
        removalLead={t('credentials.removeCertificateLead')}
      />
      {adding && <NewCertificate path={path} onClose={() => setAdding(false)} />}
    </>
  );
}

function Line({ certificate }: { certificate: Certificate }) {
  const { t, dateTime } = useText();
  const now = Date.now();
  const ended = Date.parse(certificate.expiresAt) <= now;
  const ahead = Date.parse(certificate.startsAt) > now;
  return (
    <>
      <p className="flex flex-wrap items-center gap-2 font-medium">
        <span className="min-w-0 break-all">{plain(certificate.subject, 300)}</span>
        {ended && <Badge tone="bad">{t('credentials.ended')}</Badge>}
        {ahead && <Badge tone="info">{t('credentials.notYet')}</Badge>}
        {certificate.singleUseAssertions && <Badge>{t('credentials.singleUseSet')}</Badge>}
      </p>
      <p className="text-muted">{t('credentials.holds', { from: dateTime(certificate.startsAt), until: dateTime(certificate.expiresAt) })}</p>
      <p className="text-muted">
        {t('credentials.thumbprint')} <Id value={certificate.thumbprint} />
      </p>
    </>
  );
}

const moment = (local: string) => (local ? new Date(local).toISOString() : undefined);

function NewCertificate({ path, onClose }: { path: string; onClose: () => void }) {
  const { t } = useText();
  const refresh = useRefresh();
  const [certificate, setCertificate] = useState('');
  const [from, setFrom] = useState('');
  const [until, setUntil] = useState('');
  const [singleUseAssertions, setSingleUse] = useState(false);
  const send = async () => {
    const made = await post<Certificate>(path, { certificate, startsAt: moment(from), expiresAt: moment(until), singleUseAssertions });
    await refresh();
    toast('good', t('access.saved'), plain(made.subject, 120));
  };
  return (
    <Ask wide title={t('credentials.addCertificate')} description={t('credentials.certificateLead')} submit={t('credentials.addCertificate')} onSubmit={send} onClose={onClose}>
      <PemField label={t('credentials.certificate')} hint={t('credentials.certificateHint')} required most={LONGEST_PEM} value={certificate} onValue={setCertificate} />
      <Check label={t('credentials.singleUse')} hint={t('credentials.singleUseHint')} checked={singleUseAssertions} onChecked={setSingleUse} />
      <Rarely label={t('credentials.shorter')}>
        <div className="grid gap-4 sm:grid-cols-2">
          <Field label={t('credentials.from')} hint={t('credentials.fromHint')}>
            {(control) => <Input {...control} type="datetime-local" value={from} onChange={(event) => setFrom(event.target.value)} />}
          </Field>
          <Field label={t('credentials.until')} hint={t('credentials.untilHint')}>
            {(control) => <Input {...control} type="datetime-local" value={until} onChange={(event) => setUntil(event.target.value)} />}
          </Field>
        </div>
      </Rarely>
    </Ask>
  );
}
