import { DoorOpen } from 'lucide-react';
import { useState } from 'react';
import { ApiError, remove } from '../../api/http';
import { useText } from '../../text';
import { Ask } from '../../ui/Ask';
import { Badge } from '../../ui/Badge';
import { Button } from '../../ui/Button';
import { ShownOnce } from '../../ui/Copy';
import { plain } from '../../ui/plain';
import { Enabled } from './Applications';
import { LinkedPeople } from './LinkedPeople';
import { Listed } from './Listed';
import { SecondFactor } from './SecondFactor';
import { SignInIssuerDialog } from './SignInIssuerDialog';
import { type SignInIssuer, useRefresh, useSignInIssuers } from './api';

type Question = { kind: 'edit' | 'people' | 'remove'; id: string };

/** How the people of the tenant sign in: what is asked of everybody, and at which other issuers they can. */
export function SignIn() {
  const { t } = useText();
  const refresh = useRefresh();
  const issuers = useSignInIssuers();
  const [adding, setAdding] = useState(false);
  const [added, setAdded] = useState<SignInIssuer>();
  const [question, setQuestion] = useState<Question>();
  const asked = issuers.data?.value.find((one) => one.id === question?.id);
  const forbidden = issuers.error instanceof ApiError && issuers.error.forbidden;
  const close = () => setQuestion(undefined);
  const button = (issuer: SignInIssuer, kind: Question['kind'], label: string, name: string) => (
    <Button small aria-label={name} onClick={() => setQuestion({ kind, id: issuer.id })}>
      {label}
    </Button>
  );
  return (
    <>
      {!forbidden && <SecondFactor />}
      <Listed<SignInIssuer>
        label={t('issuers.signInAt')}
        query={issuers}
        id={(issuer) => issuer.id}
        words={(issuer) => `${issuer.displayName} ${issuer.issuer}`}
        add={t('issuers.newSignIn')}
        onAdd={() => setAdding(true)}
        icon={<DoorOpen aria-hidden />}
        empty={t('issuers.noSignIn')}
        emptyLead={t('issuers.noSignInLead')}
        columns={[
          {
            name: 'name',
            label: t('access.issuer'),
            cell: (issuer) => (
              <>
                <p className="font-medium break-words">{plain(issuer.displayName)}</p>
                <p className="break-all text-muted">{plain(issuer.issuer)}</p>
              </>
            ),
          },
          { name: 'who', label: t('issuers.who'), cell: (issuer) => <Who issuer={issuer} /> },
          { name: 'state', label: t('access.state'), cell: (issuer) => <Enabled on={issuer.enabled} /> },
          {
            name: 'do',
            label: t('access.edit'),
            quiet: true,
            cell: (issuer) => {
              const name = plain(issuer.displayName, 80);
              return (
                <div className="flex flex-wrap gap-2 @4xl:justify-end">
                  {button(issuer, 'edit', t('access.edit'), t('access.editOf', { name }))}
                  {button(issuer, 'people', t('issuers.people'), t('issuers.peopleOf', { name }))}
                  {button(issuer, 'remove', t('common.remove'), t('issuers.removeSignIn', { name }))}
                </div>
              );
            },
          },
        ]}
      />
      {adding && <SignInIssuerDialog onAdded={setAdded} onClose={() => setAdding(false)} />}
      {added && (
        <ShownOnce
          title={t('issuers.register', { name: plain(added.displayName, 80) })}
          lead={t('issuers.registerLead')}
          values={[{ label: t('issuers.redirectUri'), value: added.redirectUri }]}
          onClose={() => setAdded(undefined)}
        />
      )}
      {asked && question?.kind === 'edit' && <SignInIssuerDialog known={asked} onClose={close} />}
      {asked && question?.kind === 'people' && <LinkedPeople issuer={asked} onClose={close} />}
      {asked && question?.kind === 'remove' && (
        <Ask
          danger
          title={t('issuers.removeSignIn', { name: plain(asked.displayName, 80) })}
          description={t('issuers.removeSignInLead')}
          submit={t('common.remove')}
          word={asked.displayName}
          onSubmit={async () => {
            await remove(`/cordon/v1/sign-in-issuers/${asked.id}`);
            await refresh();
          }}
          onClose={close}
        />
      )}
    </>
  );
}

function Who({ issuer }: { issuer: SignInIssuer }) {
  const { t } = useText();
  return (
    <ul className="flex flex-wrap gap-1">
      <li>
        <Badge>{t('issuers.byLink')}</Badge>
      </li>
      {issuer.linkClaim && (
        <li className="max-w-full">
          <Badge tone="accent">{t('issuers.byClaim', { claim: plain(issuer.linkClaim, 60) })}</Badge>
        </li>
      )}
      {issuer.createUsers && (
        <li>
          <Badge tone="accent">{t('issuers.byMaking')}</Badge>
        </li>
      )}
    </ul>
  );
}
