import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { type MachineAction, cancel } from '../../api/actions';
import { useText } from '../../text';
import { Button } from '../../ui/Button';
import { Dialog } from '../../ui/Dialog';
import { Field, TextArea } from '../../ui/form';
import { toast } from '../../ui/toast';

export function CancelDialog({ action, onClose }: { action: MachineAction; onClose: () => void }) {
  const { t } = useText();
  const queries = useQueryClient();
  const [comment, setComment] = useState('');
  const ask = useMutation({
    mutationFn: () => cancel(action.id, comment),
    onSuccess: () => {
      toast('good', t('actions.cancelAsked'));
      void queries.invalidateQueries({ queryKey: ['actions'] });
      onClose();
    },
    onError: (problem) => toast('bad', t('common.failed'), problem.message),
  });
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={t('actions.cancelAction')}
      description={t('actions.cancelLead')}
      footer={
        <>
          <Button onClick={onClose}>{t('actions.keepIt')}</Button>
          <Button kind="danger" busy={ask.isPending} onClick={() => ask.mutate()}>
            {t('actions.cancelAction')}
          </Button>
        </>
      }
    >
      <Field label={t('common.comment')} hint={t('actions.commentHint')}>
        {(control) => <TextArea {...control} value={comment} onChange={(event) => setComment(event.target.value)} />}
      </Field>
    </Dialog>
  );
}
