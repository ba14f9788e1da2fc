import { MonitorDown } from 'lucide-react';
import { useState } from 'react';
import { post, remove } from '../../api/http';
import { useText } from '../../text';
import { Ask } from '../../ui/Ask';
import { Badge, type Tone } from '../../ui/Badge';
import { Button } from '../../ui/Button';
import { ShownOnce } from '../../ui/Copy';
import { Field, Input, Select } from '../../ui/form';
import { plain } from '../../ui/plain';
import { Time } from '../../ui/Time';
import { Listed } from './Listed';
import { type EnrollmentToken, useRefresh, useTokens } from './api';

const TONES: Record<EnrollmentToken['state'], Tone> = { Active: 'good', Expired: 'neutral', UsedUp: 'neutral', Revoked: 'neutral' };
const LIFETIMES = [60, 8 * 60, 24 * 60, 7 * 24 * 60, 30 * 24 * 60];

interface Made {
  token: string;
  installCommand: string;
}

export function Enrollment() {
  const { t } = useText();
  const refresh = useRefresh();
  const [making, setMaking] = useState(false);
  const [made, setMade] = useState<Made>();
  const [leaving, setLeaving] = useState<EnrollmentToken>();
  const nameOf = (token: EnrollmentToken) => plain(token.description || token.id, 80);
  return (
    <>
      <Listed<EnrollmentToken>
        label={t('access.enrollment')}
        query={useTokens()}
        id={(token) => token.id}
        words={(token) => `${token.description} ${token.state}`}
        add={t('access.newToken')}
        onAdd={() => setMaking(true)}
        icon={<MonitorDown aria-hidden />}
        empty={t('access.noTokens')}
        emptyLead={t('access.noTokensLead')}
        columns={[
          { name: 'description', label: t('access.description'), className: '@4xl:w-1/3', cell: (token) => <span className="font-medium break-words">{nameOf(token)}</span> },
          { name: 'state', label: t('access.state'), cell: (token) => <Badge tone={TONES[token.state]}>{t(`access.s${token.state}`)}</Badge> },
          { name: 'uses', label: t('access.uses'), cell: (token) => <span className="tabular-nums">{t('access.usesOf', { uses: token.uses, most: token.maxUses })}</span> },
          { name: 'ends', label: t('access.ends'), cell: (token) => <Time at={token.expiresAt} /> },
          {
            name: 'do',
            label: t('access.revoke'),
            quiet: true,
            className: '@4xl:text-right',
            cell: (token) =>
              token.state === 'Active' && (
                <Button small aria-label={t('access.revokeOf', { name: nameOf(token) })} onClick={() => setLeaving(token)}>
                  {t('access.revoke')}
                </Button>
              ),
          },
        ]}
      />
      {making && <NewToken onMade={setMade} onClose={() => setMaking(false)} />}
      {made && (
        <ShownOnce
          title={t('access.tokenMade')}
          lead={t('access.shownOnce')}
          values={[
            { label: t('access.command'), value: made.installCommand },
            { label: t('access.token'), value: made.token },
          ]}
          onClose={() => setMade(undefined)}
        />
      )}
      {leaving && (
        <Ask
          danger
          title={t('access.revokeOf', { name: nameOf(leaving) })}
          description={t('access.revokeLead')}
          submit={t('access.revoke')}
          onSubmit={async () => {
            await remove(`/cordon/v1/enrollment-tokens/${leaving.id}`);
            await refresh();
          }}
          onClose={() => setLeaving(undefined)}
        />
      )}
    </>
  );
}

function NewToken({ onMade, onClose }: { onMade: (made: Made) => void; onClose: () => void }) {
  const { t } = useText();
  const refresh = useRefresh();
  const [description, setDescription] = useState('');
  const [maxUses, setMaxUses] = useState(1);
  const [lifetimeMinutes, setLifetime] = useState(60);
  const send = async () => {
    onMade(await post<Made>('/cordon/v1/enrollment-tokens', { description, maxUses, lifetimeMinutes }));
    await refresh();
  };
  return (
    <Ask title={t('access.newToken')} description={t('access.tokenLead')} submit={t('access.newToken')} onSubmit={send} onClose={onClose}>
      <Field label={t('access.description')}>
        {(control) => <Input {...control} required maxLength={256} value={description} onChange={(event) => setDescription(event.target.value)} />}
      </Field>
      <Field label={t('access.uses')}>
        {(control) => <Input {...control} required type="number" min={1} max={100_000} value={maxUses} onChange={(event) => setMaxUses(Number(event.target.value))} />}
      </Field>
      <Field label={t('access.lifetime')}>
        {(control) => (
          <Select {...control} value={lifetimeMinutes} onChange={(event) => setLifetime(Number(event.target.value))}>
            {LIFETIMES.map((minutes) => (
              <option key={minutes} value={minutes}>
                {minutes > 24 * 60 ? t('access.days', { days: minutes / 24 / 60 }) : t('access.hours', { hours: minutes / 60 })}
              </option>
            ))}
          </Select>
        )}
      </Field>
    </Ask>
  );
}
