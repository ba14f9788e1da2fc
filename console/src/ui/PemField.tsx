import { FileUp } from 'lucide-react';
import { useRef, useState } from 'react';
import { useText } from '../text';
import { Button } from './Button';
import { Field, TextArea } from './form';
import { holdsKey, pemOf } from './pem';

/** A certificate, pasted or out of a file. A private key is refused here already, before it goes anywhere. */
export function PemField({
  label,
  hint,
  value,
  onValue,
  most,
  required,
}: {
  label: string;
  hint?: string;
  value: string;
  onValue: (value: string) => void;
  /** The largest number of characters. */
  most: number;
  required?: boolean;
}) {
  const { t } = useText();
  const chooser = useRef<HTMLInputElement>(null);
  const [refused, setRefused] = useState<string>();
  const problem = holdsKey(value) ? t('credentials.holdsKey') : refused;
  const typed = (text: string) => {
    setRefused(undefined);
    onValue(text);
  };
  const choose = async (input: HTMLInputElement) => {
    const file = input.files?.[0];
    if (!file) return;
    // so that the same file can be chosen again
    input.value = '';
    const text = file.size > most ? undefined : pemOf(new Uint8Array(await file.arrayBuffer()));
    if (text === undefined) setRefused(t('credentials.tooLarge'));
    else if (holdsKey(text)) setRefused(t('credentials.holdsKey'));
    else typed(text);
  };
  return (
    <div className="flex flex-col gap-2">
      <Field label={label} hint={hint} error={problem}>
        {(control) => (
          <TextArea
            {...control}
            ref={(element) => element?.setCustomValidity(holdsKey(value) ? t('credentials.holdsKey') : '')}
            className="font-mono"
            placeholder="-----BEGIN CERTIFICATE-----"
            required={required}
            maxLength={most}
            spellCheck={false}
            autoComplete="off"
            value={value}
            onChange={(event) => typed(event.target.value)}
          />
        )}
      </Field>
      <div>
        <Button small icon={<FileUp className="size-4" aria-hidden />} aria-label={t('credentials.fileOf', { name: label })} onClick={() => chooser.current?.click()}>
          {t('credentials.file')}
        </Button>
        <input ref={chooser} type="file" hidden accept=".pem,.crt,.cer,.der" onChange={(event) => void choose(event.target)} />
      </div>
    </div>
  );
}
