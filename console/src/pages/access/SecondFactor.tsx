import { useState } from 'react';
import { get, put } from '../../api/http';
import { useText } from '../../text';
import { Ask } from '../../ui/Ask';
import { Badge } from '../../ui/Badge';
import { Button } from '../../ui/Button';
import { Loaded } from '../../ui/Loaded';
import { Card } from '../../ui/Page';
import { toast } from '../../ui/toast';
import { type Settings, useRefresh, useSettings } from './api';

const PATH = '/cordon/v1/settings';

/** Whether everybody of the tenant needs a second factor. */
export function SecondFactor() {
  const { t } = useText();
  const [asking, setAsking] = useState(false);
  return (
    <Card title={t('access.secondFactor')}>
      <Loaded query={useSettings()} rows={1}>
        {({ signIn: { requireSecondFactor } }) => (
          <div className="flex flex-wrap items-center gap-3">
            <div className="flex min-w-60 flex-1 flex-col items-start gap-1">
              <Badge tone={requireSecondFactor ? 'good' : 'neutral'}>{t(requireSecondFactor ? 'issuers.factorOfAll' : 'issuers.factorOfSome')}</Badge>
              <p className="text-sm text-muted">{t('issuers.factorLead')}</p>
            </div>
            <Button onClick={() => setAsking(true)}>{t(requireSecondFactor ? 'issuers.factorRelax' : 'issuers.factorRequire')}</Button>
            {asking && <Change require={!requireSecondFactor} onClose={() => setAsking(false)} />}
          </div>
        )}
      </Loaded>
    </Card>
  );
}

function Change({ require, onClose }: { require: boolean; onClose: () => void }) {
  const { t } = useText();
  const refresh = useRefresh();
  const title = t(require ? 'issuers.factorRequire' : 'issuers.factorRelax');
  const send = async () => {
    // the server replaces all settings, so those of now go back with it
    const now = await get<Settings>(PATH);
    await put(PATH, { ...now, signIn: { ...now.signIn, requireSecondFactor: require } });
    await refresh();
    toast('good', t('access.saved'));
  };
  return <Ask danger={!require} title={title} description={t(require ? 'issuers.factorRequireLead' : 'issuers.factorRelaxLead')} submit={title} onSubmit={send} onClose={onClose} />;
}
