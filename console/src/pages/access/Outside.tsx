import { Globe } from 'lucide-react';
import { useState } from 'react';
import { remove } from '../../api/http';
import { useText } from '../../text';
import { Ask } from '../../ui/Ask';
import { Badge } from '../../ui/Badge';
import { Button } from '../../ui/Button';
import { plain } from '../../ui/plain';
import { Listed } from './Listed';
import { NewTokenIssuer } from './NewTokenIssuer';
import { type Grant, type TokenIssuer, useRefresh, useTokenIssuers } from './api';

/** The outside issuers whose tokens open the API. */
export function Outside() {
  const { t } = useText();
  const refresh = useRefresh();
  const [making, setMaking] = useState(false);
  const [leaving, setLeaving] = useState<TokenIssuer>();
  return (
    <>
      <Listed<TokenIssuer>
        label={t('access.outside')}
        query={useTokenIssuers()}
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
          { name: 'grants', label: t('access.grants'), className: '@4xl:w-2/5', cell: (issuer) => <Grants of={[...issuer.roles, ...issuer.scopes, ...issuer.portalRoles]} /> },
          {
            name: 'do',
            label: t('access.removeIssuer'),
            quiet: true,
            className: '@4xl:text-right',
            cell: (issuer) => (
              <Button small aria-label={`${t('access.removeIssuer')}: ${plain(issuer.issuer, 120)}`} onClick={() => setLeaving(issuer)}>
                {t('common.remove')}
              </Button>
            ),
          },
        ]}
      />
      {making && <NewTokenIssuer onClose={() => setMaking(false)} />}
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

function Grants({ of }: { of: readonly Grant[] }) {
  const { t } = useText();
  if (of.length === 0) return <span className="text-muted">{t('issuers.asNamed')}</span>;
  return (
    <ul className="flex flex-col gap-1">
      {of.map((grant, index) => (
        <li key={index} className="flex flex-wrap items-center gap-1.5">
          <Badge tone="accent">{plain(grant.value, 60)}</Badge>
          <span className="break-all">{plain(grant.permissions.join(', '), 300)}</span>
        </li>
      ))}
    </ul>
  );
}
