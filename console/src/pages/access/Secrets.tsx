import { useState } from 'react';
import { post } from '../../api/http';
import { useText } from '../../text';
import { Button } from '../../ui/Button';
import { ShownOnce } from '../../ui/Copy';
import { Select } from '../../ui/form';
import { plain } from '../../ui/plain';
import { toast } from '../../ui/toast';
import { Kept } from './Kept';
import { type Application, type Secret, pathOf, useRefresh, useSecrets } from './api';

const LIFETIMES = [30, 90, 180, 365, 730];

export function Secrets({ application, name }: { application: Application; name: string }) {
  const { t, ago } = useText();
  const refresh = useRefresh();
  const [days, setDays] = useState(180);
  const [made, setMade] = useState<string>();
  const path = `${pathOf(application)}/secrets`;
  const make = async () => {
    try {
      setMade((await post<{ secret: string }>(path, { lifetimeDays: days })).secret);
      await refresh();
    } catch (error) {
      toast('bad', t('common.failed'), error instanceof Error ? error.message : String(error));
    }
  };
  return (
    <>
      <Kept<Secret>
        label={t('access.secrets')}
        query={useSecrets(application.id)}
        empty={t('access.noSecrets')}
        actions={
          <>
            <Select aria-label={t('access.lifetime')} className="!h-8 !w-auto" value={days} onChange={(event) => setDays(Number(event.target.value))}>
              {LIFETIMES.map((count) => (
                <option key={count} value={count}>
                  {t('access.days', { days: count })}
                </option>
              ))}
            </Select>
            <Button small onClick={() => void make()}>
              {t('access.newSecret')}
            </Button>
          </>
        }
        line={(secret) => t('access.secretEnds', { hint: plain(secret.hint, 12), when: ago(secret.expiresAt) })}
        path={(secret) => `${path}/${secret.id}`}
        removal={(secret) => t('access.removeSecret', { hint: plain(secret.hint, 12) })}
        removalLead={t('access.removeSecretLead')}
      />
      {made && (
        <ShownOnce
          title={t('access.secretMade', { name })}
          lead={t('access.shownOnce')}
          values={[
            { label: t('access.clientId'), value: application.id },
            { label: t('access.secret'), value: made },
          ]}
          onClose={() => setMade(undefined)}
        />
      )}
    </>
  );
}
