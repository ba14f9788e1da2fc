import { type ReactNode, useState } from 'react';
import { post, put, remove } from '../../api/http';
import { useText } from '../../text';
import { Ask } from '../../ui/Ask';
import { Badge } from '../../ui/Badge';
import { Button } from '../../ui/Button';
import { Check, Choices } from '../../ui/Check';
import { Field, Input, TextArea } from '../../ui/form';
import { Loaded } from '../../ui/Loaded';
import { plain } from '../../ui/plain';
import { toast } from '../../ui/toast';
import { Nothing, Part } from './Kept';
import { type Application, type ApplicationSignIn as SignIn, PERMISSIONS, pathOf, useApplicationSignIn, useRefresh } from './api';

/** What an application may be allowed in a user's name: as for itself, but sets drop their .All. */
const DELEGATED = [...new Set(PERMISSIONS.map((one) => one.replace(/\.All$/, '')))];

const isOtherApi = (permission: string) => permission.startsWith('api://');
const lines = (text: string) => text.split(/\s+/).filter(Boolean);

/** How people sign in to an application: where they are sent back to, and what it may do in their name. */
export function ApplicationSignIn({ application }: { application: Application }) {
  const { t } = useText();
  const signIn = useApplicationSignIn(application.id);
  const [asked, setAsked] = useState<'change' | 'consent' | 'withdraw'>();
  const close = () => setAsked(undefined);
  const path = `${pathOf(application)}/sign-in`;
  const known = signIn.data;
  const unconsented = known?.delegatedPermissions.some((one) => !known.consentedForEverybody.includes(one));
  return (
    <Part
      label={t('credentials.signIn')}
      actions={
        known && (
          <>
            {known.consentedForEverybody.length > 0 && (
              <Button small onClick={() => setAsked('withdraw')}>
                {t('credentials.withdraw')}
              </Button>
            )}
            {unconsented && (
              <Button small onClick={() => setAsked('consent')}>
                {t('credentials.consent')}
              </Button>
            )}
            <Button small onClick={() => setAsked('change')}>
              {t('credentials.changeSignIn')}
            </Button>
          </>
        )
      }
    >
      <Loaded query={signIn} rows={1}>{(set) => <Shown signIn={set} />}</Loaded>
      {known && asked === 'change' && <Change path={path} signIn={known} onClose={close} />}
      {known && (asked === 'consent' || asked === 'withdraw') && <Consent path={path} signIn={known} withdraw={asked === 'withdraw'} onClose={close} />}
    </Part>
  );
}

function Shown({ signIn }: { signIn: SignIn }) {
  const { t } = useText();
  if (signIn.redirectUris.length + signIn.spaRedirectUris.length === 0 && !signIn.exposesApi && signIn.delegatedPermissions.length === 0) return <Nothing>{t('credentials.noSignIn')}</Nothing>;
  const rows: [string, ReactNode][] = [
    [t('credentials.redirectUris'), <Lines key="uris" of={signIn.redirectUris} />],
    ...(signIn.spaRedirectUris.length > 0 ? [[t('credentials.spaRedirectUris'), <Lines key="pages" of={signIn.spaRedirectUris} />] as [string, ReactNode]] : []),
    [t('credentials.delegated'), <Lines key="delegated" of={signIn.delegatedPermissions} />],
    [t('credentials.consented'), <Lines key="consented" of={signIn.consentedForEverybody} />],
    ...(signIn.frontChannelLogoutUri ? [[t('credentials.logoutUri'), <Lines key="logout" of={[signIn.frontChannelLogoutUri]} />] as [string, ReactNode]] : []),
  ];
  return (
    <div className="flex flex-col gap-3 rounded-lg border border-line px-3 py-2.5 text-sm">
      <dl className="grid gap-x-4 gap-y-1.5 sm:grid-cols-[11rem_1fr]">
        {rows.map(([label, value]) => (
          <div key={label} className="contents">
            <dt className="text-muted">{label}</dt>
            <dd className="min-w-0">{value}</dd>
          </div>
        ))}
      </dl>
      <p className="flex flex-wrap gap-1.5">
        <Badge>{t(signIn.publicClient ? 'credentials.isPublic' : 'credentials.isConfidential')}</Badge>
        {signIn.idTokens && <Badge>{t('credentials.idTokensSet')}</Badge>}
        {signIn.exposesApi && <Badge>{t('credentials.exposesApiSet')}</Badge>}
        {signIn.passwordGrant && <Badge tone="warn">{t('credentials.passwordsSet')}</Badge>}
      </p>
    </div>
  );
}

function Lines({ of }: { of: readonly string[] }) {
  const { t } = useText();
  if (of.length === 0) return <span className="text-muted">{t('common.none')}</span>;
  return (
    <ul>
      {of.map((one) => (
        <li key={one} className="break-all">
          {plain(one)}
        </li>
      ))}
    </ul>
  );
}

function Change({ path, signIn, onClose }: { path: string; signIn: SignIn; onClose: () => void }) {
  const { t } = useText();
  const refresh = useRefresh();
  const [redirectUris, setRedirectUris] = useState(signIn.redirectUris.join('\n'));
  const [spaRedirectUris, setSpaRedirectUris] = useState(signIn.spaRedirectUris.join('\n'));
  const [frontChannelLogoutUri, setLogoutUri] = useState(signIn.frontChannelLogoutUri ?? '');
  const [delegated, setDelegated] = useState(signIn.delegatedPermissions.filter((one) => !isOtherApi(one)));
  const [otherApis, setOtherApis] = useState(signIn.delegatedPermissions.filter(isOtherApi).join('\n'));
  const [publicClient, setPublic] = useState(signIn.publicClient);
  const [idTokens, setIdTokens] = useState(signIn.idTokens);
  const [exposesApi, setExposesApi] = useState(signIn.exposesApi);
  const [passwordGrant, setPasswords] = useState(signIn.passwordGrant);
  const offered = [...new Set([...DELEGATED, ...delegated])];
  const send = async () => {
    const delegatedPermissions = [...delegated, ...lines(otherApis)];
    await put(path, {
      redirectUris: lines(redirectUris),
      spaRedirectUris: lines(spaRedirectUris),
      frontChannelLogoutUri,
      delegatedPermissions,
      publicClient,
      idTokens,
      exposesApi,
      passwordGrant,
    });
    await refresh();
    toast('good', t('access.saved'));
  };
  return (
    <Ask wide title={t('credentials.changeSignIn')} description={t('credentials.signInLead')} submit={t('common.save')} onSubmit={send} onClose={onClose}>
      <Field label={t('credentials.redirectUris')} hint={t('credentials.redirectUrisHint')}>
        {(control) => <TextArea {...control} className="font-mono" spellCheck={false} value={redirectUris} onChange={(event) => setRedirectUris(event.target.value)} />}
      </Field>
      <Field label={t('credentials.spaRedirectUris')} hint={t('credentials.spaRedirectUrisHint')}>
        {(control) => <TextArea {...control} className="font-mono" spellCheck={false} value={spaRedirectUris} onChange={(event) => setSpaRedirectUris(event.target.value)} />}
      </Field>
      <Field label={t('credentials.logoutUri')} hint={t('credentials.logoutUriHint')}>
        {(control) => <Input {...control} type="url" maxLength={2_000} value={frontChannelLogoutUri} onChange={(event) => setLogoutUri(event.target.value)} />}
      </Field>
      <Check label={t('credentials.public')} hint={t('credentials.publicHint')} checked={publicClient} onChecked={setPublic} />
      <Check label={t('credentials.idTokens')} hint={t('credentials.idTokensHint')} checked={idTokens} onChecked={setIdTokens} />
      <Check label={t('credentials.exposesApi')} hint={t('credentials.exposesApiHint')} checked={exposesApi} onChecked={setExposesApi} />
      <Check label={t('credentials.passwords')} hint={t('credentials.passwordsHint')} checked={passwordGrant} onChecked={setPasswords} />
      <Choices
        label={t('credentials.delegated')}
        hint={t('credentials.delegatedHint')}
        all={offered.map((one) => ({ name: one, label: <code>{plain(one, 80)}</code> }))}
        chosen={delegated}
        onChosen={setDelegated}
      />
      <Field label={t('credentials.otherApis')} hint={t('credentials.otherApisHint')}>
        {(control) => <TextArea {...control} className="font-mono" spellCheck={false} value={otherApis} onChange={(event) => setOtherApis(event.target.value)} />}
      </Field>
    </Ask>
  );
}

function Consent({ path, signIn, withdraw, onClose }: { path: string; signIn: SignIn; withdraw: boolean; onClose: () => void }) {
  const { t } = useText();
  const refresh = useRefresh();
  const title = t(withdraw ? 'credentials.withdraw' : 'credentials.consent');
  const send = async () => {
    await (withdraw ? remove(`${path}/consent`) : post(`${path}/consent`));
    await refresh();
    toast('good', t('access.saved'));
  };
  return (
    <Ask danger={withdraw} title={title} description={t(withdraw ? 'credentials.withdrawLead' : 'credentials.consentLead')} submit={title} onSubmit={send} onClose={onClose}>
      <Lines of={withdraw ? signIn.consentedForEverybody : signIn.delegatedPermissions} />
    </Ask>
  );
}
