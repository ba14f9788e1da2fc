import type { ReactNode } from 'react';
import { useText } from '../../text';
import { Field, Input } from '../../ui/form';
import { PemField } from '../../ui/PemField';
import { Rarely } from '../../ui/Rarely';
import type { Trusted } from './api';

const LONGEST_PEM = 65_536;

/** What a form holds of an issuer; an empty text stands for what is left out, at the server too. */
export interface Trust {
  issuer: string;
  jwksUri: string;
  authority: string;
}

export const NO_TRUST: Trust = { issuer: '', jwksUri: '', authority: '' };

export const trustOf = (one: Trusted): Trust => ({ issuer: one.issuer, jwksUri: one.jwksUri ?? '', authority: one.authority ?? '' });

export function UrlField({ label, hint, value, onValue, required, disabled }: { label: string; hint?: string; value: string; onValue: (value: string) => void; required?: boolean; disabled?: boolean }) {
  return (
    <Field label={label} hint={hint}>
      {(control) => (
        <Input
          {...control}
          type="url"
          pattern="https://.*"
          placeholder="https://"
          maxLength={500}
          required={required}
          disabled={disabled}
          value={value}
          onChange={(event) => onValue(event.target.value)}
        />
      )}
    </Field>
  );
}

export function IssuerField({ trust, onTrust, fixed }: { trust: Trust; onTrust: (trust: Trust) => void; fixed?: boolean }) {
  const { t } = useText();
  return <UrlField label={t('access.issuer')} hint={t('access.issuerHint')} required disabled={fixed} value={trust.issuer} onValue={(issuer) => onTrust({ ...trust, issuer })} />;
}

/** Where the issuer's keys are and who vouches for its servers, for issuers that do not say it themselves. */
export function TrustDetails({ trust, onTrust, children }: { trust: Trust; onTrust: (trust: Trust) => void; children?: ReactNode }) {
  const { t } = useText();
  return (
    <Rarely label={t('credentials.servers')}>
      <UrlField label={t('credentials.jwksUri')} hint={t('credentials.jwksUriHint')} value={trust.jwksUri} onValue={(jwksUri) => onTrust({ ...trust, jwksUri })} />
      {children}
      <PemField label={t('credentials.authority')} hint={t('credentials.authorityHint')} most={LONGEST_PEM} value={trust.authority} onValue={(authority) => onTrust({ ...trust, authority })} />
    </Rarely>
  );
}
