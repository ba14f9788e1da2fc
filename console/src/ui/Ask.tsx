import { type FormEvent, type ReactNode, useId, useState } from 'react';
import { useText } from '../text';
import { Button } from './Button';
import { Dialog } from './Dialog';
import { Field, Input } from './form';
import { plain } from './plain';

/**
 * A dialog that sends something: it stays with what was typed when the server refuses, and says why. With `word`, the
 * button works only when the word was typed.
 */
export function Ask({
  title,
  description,
  children,
  submit,
  danger,
  word,
  wide,
  onSubmit,
  onClose,
}: {
  title: ReactNode;
  description?: ReactNode;
  children?: ReactNode;
  submit: string;
  danger?: boolean;
  word?: string;
  wide?: boolean;
  /** Closes the dialog when it is done; what it throws is shown. */
  onSubmit: () => Promise<unknown>;
  onClose: () => void;
}) {
  const { t } = useText();
  const form = useId();
  const [typed, setTyped] = useState('');
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();
  const wanted = word === undefined ? '' : plain(word, 60);
  const ready = typed.trim().toLocaleLowerCase() === wanted.toLocaleLowerCase();
  const send = async (event: FormEvent) => {
    event.preventDefault();
    if (!ready || busy) return;
    setBusy(true);
    setProblem(undefined);
    try {
      await onSubmit();
      onClose();
    } catch (error) {
      setProblem(error instanceof Error ? plain(error.message, 600) : String(error));
      setBusy(false);
    }
  };
  return (
    <Dialog
      open
      wide={wide}
      onOpenChange={(open) => !open && onClose()}
      title={title}
      description={description}
      footer={
        <>
          <Button onClick={onClose}>{t('common.cancel')}</Button>
          <Button type="submit" form={form} kind={danger ? 'danger' : 'primary'} busy={busy} disabled={!ready}>
            {submit}
          </Button>
        </>
      }
    >
      <form id={form} onSubmit={send} className="flex flex-col gap-4 pb-3">
        {children}
        {word !== undefined && (
          <Field label={t('common.typeToConfirm', { word: wanted })}>
            {(control) => (
              <Input {...control} value={typed} onChange={(event) => setTyped(event.target.value)} autoComplete="off" autoCapitalize="none" spellCheck={false} />
            )}
          </Field>
        )}
        {problem && (
          <p role="alert" className="rounded-lg bg-bad-soft px-3 py-2 text-sm break-words text-bad">
            {problem}
          </p>
        )}
      </form>
    </Dialog>
  );
}
