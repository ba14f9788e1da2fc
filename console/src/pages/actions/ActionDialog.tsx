import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useId, useState } from 'react';
import type { ActionKind, ActionOptions, ActionType } from '../../api/actions';
import { nameOf } from '../../api/machines';
import { type Key, useText } from '../../text';
import { Button } from '../../ui/Button';
import { Dialog } from '../../ui/Dialog';
import { Field, Input, TextArea } from '../../ui/form';
import { plain } from '../../ui/plain';
import { Progress } from '../../ui/Progress';
import { toast } from '../../ui/toast';
import { type Outcome, type Target, requestAll } from './bulk';
import { OptionFields, defaults, needsFile, ready } from './options';

const HAPPENS: Record<ActionType, Key | null> = {
  Isolate: 'actions.willIsolate',
  Unisolate: 'actions.willUnisolate',
  RestrictCodeExecution: 'actions.willRestrict',
  UnrestrictCodeExecution: 'actions.willUnrestrict',
  RunAntiVirusScan: 'actions.willScan',
  CollectInvestigationPackage: 'actions.willCollect',
  StopAndQuarantineFile: 'actions.willQuarantine',
  RequestSample: 'actions.willSample',
  Offboard: 'actions.willOffboard',
  RestoreFile: null,
};

function Told({ title, children }: { title: string; children: string }) {
  return (
    <div>
      <h3 className="text-sm font-medium">{title}</h3>
      <p className="mt-0.5 text-sm text-muted">{children}</p>
    </div>
  );
}

function Results({ outcome, total }: { outcome: Outcome; total: number }) {
  const { t } = useText();
  return (
    <div role="status" className="flex flex-col gap-2 text-sm">
      <Progress label={t('actions.progress', { done: outcome.done, count: total })} max={total} value={outcome.done} />
      <p>
        {t('actions.progress', { done: outcome.done, count: total })} · {t('actions.accepted', { count: outcome.accepted })}
        {outcome.refused.length > 0 && ` · ${t('actions.refused', { count: outcome.refused.length })}`}
      </p>
      {outcome.refused.length > 0 && (
        <ul aria-label={t('actions.refusals')} className="max-h-48 divide-y divide-line overflow-y-auto rounded-lg border border-line">
          {outcome.refused.slice(0, 200).map(({ machine, reason }) => (
            <li key={machine.id} className="px-3 py-2">
              <span className="font-medium">{plain(nameOf(machine), 80)}</span>
              <span className="block text-muted">{plain(reason, 300)}</span>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

/** Asks one machine or many: what will happen, options, why; many and irreversible ones are typed in to be meant. */
export function ActionDialog({
  kind,
  machines,
  unable = 0,
  initial,
  onClose,
}: {
  kind: ActionKind;
  machines: readonly Target[];
  unable?: number;
  initial?: Partial<ActionOptions>;
  onClose: () => void;
}) {
  const { t } = useText();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const form = useId();
  const [options, setOptions] = useState<ActionOptions>({ ...defaults(kind.type), ...initial, Comment: initial?.Comment ?? '' });
  const [typed, setTyped] = useState('');
  const [outcome, setOutcome] = useState<Outcome | null>(null);
  const [running, setRunning] = useState(false);
  const [tried, setTried] = useState(false);

  const one = machines.length === 1 ? machines[0] : undefined;
  const action = t(`actions.${kind.type}`);
  const word = one ? (kind.irreversible ? plain(nameOf(one)) : null) : String(machines.length);
  const happens = HAPPENS[kind.type];
  const complete = ready(kind.type, options) && options.Comment.trim() !== '' && (word === null || typed.trim() === word);
  const finished = outcome !== null && !running;

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (!complete || running) return;
    setRunning(true);
    setOutcome({ done: 0, accepted: 0, refused: [] });
    const result = await requestAll(kind, machines, { ...options, Comment: options.Comment.trim() }, setOutcome);
    setRunning(false);
    void queries.invalidateQueries({ queryKey: ['actions'] });
    void queries.invalidateQueries({ queryKey: ['machines'] });
    if (!result.refused.length) {
      toast('good', t('actions.acceptedOne', { action }), one ? nameOf(one) : t('actions.accepted', { count: result.accepted }));
      onClose();
    }
  };

  return (
    <Dialog
      open
      onOpenChange={(open) => !open && !running && onClose()}
      title={one ? t('actions.onOne', { action, machine: plain(nameOf(one), 80) }) : t('actions.onMany', { action, count: machines.length })}
      footer={
        finished ? (
          <>
            <Button onClick={() => void navigate({ to: '/actions' }).then(onClose)}>{t('actions.watch')}</Button>
            <Button kind="primary" onClick={onClose}>
              {t('common.close')}
            </Button>
          </>
        ) : (
          <>
            <Button onClick={onClose} disabled={running}>
              {t('common.cancel')}
            </Button>
            <Button type="submit" form={form} kind={kind.danger ? 'danger' : 'primary'} busy={running} disabled={word !== null && typed.trim() !== word}>
              {action}
            </Button>
          </>
        )
      }
    >
      <form id={form} onSubmit={submit} className="flex flex-col gap-4 pb-3">
        {happens && !outcome && <Told title={t('actions.whatHappens')}>{t(happens)}</Told>}
        {kind.type === 'Isolate' && !outcome && (
          <Told title={t('actions.whatIsCut')}>{t(options.IsolationType === 'Selective' ? 'actions.cutSelective' : 'actions.cutFull')}</Told>
        )}
        {unable > 0 && !outcome && <p className="rounded-lg bg-warn-soft px-3 py-2 text-sm text-warn">{t('actions.willSkip', { count: unable })}</p>}
        {!outcome && (
          <>
            <OptionFields type={kind.type} options={options} onChange={setOptions} tried={tried} />
            <Field label={t('common.comment')} hint={t('actions.commentHint')} error={tried && !options.Comment.trim() ? t('actions.commentNeeded') : undefined}>
              {(control) => (
                <TextArea {...control} autoFocus={!needsFile(kind.type)} required rows={2} maxLength={4000} value={options.Comment} onChange={(event) => setOptions({ ...options, Comment: event.target.value })} />
              )}
            </Field>
            {word !== null && (
              <Field label={t('actions.typeName', { word })}>
                {(control) => (
                  <Input {...control} autoComplete="off" autoCapitalize="none" spellCheck={false} value={typed} onChange={(event) => setTyped(event.target.value)} />
                )}
              </Field>
            )}
          </>
        )}
        {outcome && <Results outcome={outcome} total={machines.length} />}
      </form>
    </Dialog>
  );
}
