import type { ActionOptions, ActionType } from '../../api/actions';
import { type Key, useText } from '../../text';
import { Field, Input } from '../../ui/form';

const SHA1 = /^[0-9a-f]{40}$/i;

export function defaults(type: ActionType): Partial<ActionOptions> {
  if (type === 'Isolate') return { IsolationType: 'Full' };
  if (type === 'RunAntiVirusScan') return { ScanType: 'Quick' };
  return {};
}

export const needsFile = (type: ActionType) => type === 'StopAndQuarantineFile' || type === 'RequestSample';

export const ready = (type: ActionType, options: ActionOptions) => !needsFile(type) || SHA1.test(options.Sha1?.trim() ?? '');

function Choice({ name, label, value, choices, onValue }: { name: string; label: string; value?: string; choices: [string, Key][]; onValue: (value: string) => void }) {
  const { t } = useText();
  return (
    <fieldset>
      <legend className="mb-1.5 text-sm font-medium">{label}</legend>
      <div className="flex gap-2">
        {choices.map(([choice, key]) => (
          <label
            key={choice}
            className="flex h-9 cursor-pointer items-center gap-2 rounded-lg border border-line-strong px-3 text-sm has-checked:border-accent has-checked:bg-accent-soft has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-accent"
          >
            <input type="radio" name={name} value={choice} checked={value === choice} onChange={() => onValue(choice)} className="accent-[var(--accent)] focus-visible:outline-none" />
            {t(key)}
          </label>
        ))}
      </div>
    </fieldset>
  );
}

/** What an action wants to know beside the reason. */
export function OptionFields({ type, options, onChange, tried }: { type: ActionType; options: ActionOptions; onChange: (options: ActionOptions) => void; tried: boolean }) {
  const { t } = useText();
  if (type === 'Isolate') {
    return (
      <Choice
        name="isolation"
        label={t('actions.isolationType')}
        value={options.IsolationType}
        choices={[
          ['Full', 'actions.full'],
          ['Selective', 'actions.selective'],
        ]}
        onValue={(IsolationType) => onChange({ ...options, IsolationType })}
      />
    );
  }
  if (type === 'RunAntiVirusScan') {
    return (
      <Choice
        name="scan"
        label={t('actions.scanType')}
        value={options.ScanType}
        choices={[
          ['Quick', 'actions.quick'],
          ['Full', 'actions.full'],
        ]}
        onValue={(ScanType) => onChange({ ...options, ScanType })}
      />
    );
  }
  if (!needsFile(type)) return null;
  return (
    <>
      <Field label={t('actions.sha1')} error={tried && !ready(type, options) ? t('actions.sha1Wrong') : undefined}>
        {(control) => (
          <Input {...control} autoFocus className="font-mono" autoComplete="off" spellCheck={false} value={options.Sha1 ?? ''} onChange={(event) => onChange({ ...options, Sha1: event.target.value.trim() })} />
        )}
      </Field>
      {type === 'RequestSample' && (
        <Field label={t('actions.filePath')}>
          {(control) => (
            <Input {...control} className="font-mono" autoComplete="off" spellCheck={false} value={options.FilePath ?? ''} onChange={(event) => onChange({ ...options, FilePath: event.target.value || undefined })} />
          )}
        </Field>
      )}
    </>
  );
}
