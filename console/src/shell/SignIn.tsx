import { LogIn } from 'lucide-react';
import { Dialog } from 'radix-ui';
import { type FormEvent, useState } from 'react';
import { type Session, forgetTenant, remembered, signIn } from '../api/session';
import { useText } from '../text';
import { Button } from '../ui/Button';
import { Field, Input } from '../ui/form';
import { plain } from '../ui/plain';
import { Brand } from './Brand';

/** Before anybody is signed in: which organization, if the server has several, and the way to the sign-in pages. */
export function SignIn({ session }: { session: Extract<Session, { state: 'signedOut' }> }) {
  const { t } = useText();
  const [tenant, setTenant] = useState(remembered());
  const [busy, setBusy] = useState(false);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    await signIn(session.tenantNeeded ? tenant.trim() : undefined);
    setBusy(false);
  };
  return (
    <main className="flex min-h-dvh items-center justify-center p-4">
      <div className="w-full max-w-sm rounded-2xl border border-line bg-surface p-8 shadow-float">
        <Brand />
        <h1 className="mt-8 text-xl font-semibold tracking-tight">{t('common.signInTitle')}</h1>
        <p className="mt-1 text-sm text-muted">{t('common.signInLead')}</p>
        {session.problem && (
          <p role="alert" className="mt-5 rounded-lg bg-bad-soft px-3 py-2 text-sm text-bad">
            {plain(session.problem, 400)}
          </p>
        )}
        <form className="mt-6 flex flex-col gap-4" onSubmit={submit}>
          {session.tenantNeeded && (
            <Field label={t('common.tenant')} hint={t('common.tenantHint')}>
              {(control) => (
                <Input {...control} required value={tenant} onChange={(event) => setTenant(event.target.value)} autoCapitalize="none" spellCheck={false} />
              )}
            </Field>
          )}
          <Button type="submit" kind="primary" busy={busy} icon={<LogIn className="size-4" aria-hidden />}>
            {t('common.signIn')}
          </Button>
          {!session.tenantNeeded && remembered() && (
            <Button kind="quiet" onClick={forgetTenant}>
              {t('common.otherTenant')}
            </Button>
          )}
        </form>
      </div>
    </main>
  );
}

/** Over what is on the screen, when the session came to its end. */
export function SessionEnded() {
  const { t } = useText();
  return (
    <Dialog.Root open>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-60 bg-black/45" />
        <Dialog.Content className="fixed top-1/2 left-1/2 z-60 w-full max-w-sm -translate-x-1/2 -translate-y-1/2 rounded-2xl border border-line bg-raised p-6 shadow-float">
          <Dialog.Title className="text-lg font-semibold">{t('common.sessionEnded')}</Dialog.Title>
          <Dialog.Description className="mt-1 mb-5 text-sm text-muted">{t('common.sessionEndedLead')}</Dialog.Description>
          <Button kind="primary" className="w-full" onClick={() => void signIn()}>
            {t('common.signIn')}
          </Button>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
