import { useState } from 'react';
import { post } from '../../api/http';
import { useText } from '../../text';
import { Ask } from '../../ui/Ask';
import { Badge } from '../../ui/Badge';
import { Button } from '../../ui/Button';
import { Dialog } from '../../ui/Dialog';
import { Field, Input } from '../../ui/form';
import { plain } from '../../ui/plain';
import { toast } from '../../ui/toast';
import { Kept } from './Kept';
import { type LinkedUser, type SignInIssuer, useLinkedUsers, useRefresh } from './api';

/** Who at an issuer is which user here. */
export function LinkedPeople({ issuer, onClose }: { issuer: SignInIssuer; onClose: () => void }) {
  const { t } = useText();
  const [linking, setLinking] = useState(false);
  const path = `/cordon/v1/sign-in-issuers/${issuer.id}/users`;
  return (
    <Dialog
      open
      wide
      onOpenChange={(open) => !open && onClose()}
      title={t('issuers.peopleOf', { name: plain(issuer.displayName, 80) })}
      description={t('issuers.peopleLead')}
      footer={<Button onClick={onClose}>{t('common.close')}</Button>}
    >
      <div className="pb-4">
        <Kept<LinkedUser>
          label={t('issuers.linked')}
          query={useLinkedUsers(issuer.id)}
          empty={t('issuers.noneLinked')}
          actions={
            <Button small onClick={() => setLinking(true)}>
              {t('issuers.linkOne')}
            </Button>
          }
          line={(link) => (
            <>
              <p className="flex flex-wrap items-center gap-2 font-medium">
                <span className="break-all">{plain(link.userPrincipalName, 256)}</span>
                {link.managed && <Badge tone="accent">{t('issuers.managed')}</Badge>}
              </p>
              <p className="break-all text-muted">{plain(link.subject, 255)}</p>
            </>
          )}
          path={(link) => `${path}/${link.userId}`}
          removal={(link) => t('issuers.unlink', { name: plain(link.userPrincipalName, 120) })}
          removalLead={t('issuers.unlinkLead')}
        />
      </div>
      {linking && <NewLink path={path} onClose={() => setLinking(false)} />}
    </Dialog>
  );
}

function NewLink({ path, onClose }: { path: string; onClose: () => void }) {
  const { t } = useText();
  const refresh = useRefresh();
  const [user, setUser] = useState('');
  const [subject, setSubject] = useState('');
  const send = async () => {
    await post(path, { user, subject });
    await refresh();
    toast('good', t('access.saved'), user);
  };
  return (
    <Ask title={t('issuers.linkOne')} description={t('issuers.linkLead')} submit={t('issuers.linkOne')} onSubmit={send} onClose={onClose}>
      <Field label={t('access.userName')}>{(control) => <Input {...control} required maxLength={256} autoComplete="off" value={user} onChange={(event) => setUser(event.target.value)} />}</Field>
      <Field label={t('credentials.subject')} hint={t('issuers.subjectHint')}>
        {(control) => <Input {...control} required maxLength={255} autoComplete="off" value={subject} onChange={(event) => setSubject(event.target.value)} />}
      </Field>
    </Ask>
  );
}
