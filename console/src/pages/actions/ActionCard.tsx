import { useMutation } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { ChevronDown, CircleX, Download, RotateCcw } from 'lucide-react';
import { type ReactNode, useId, useState } from 'react';
import { type MachineAction, isOpen, kindOf, packageLink, useDetail } from '../../api/actions';
import { post } from '../../api/http';
import { nameOf } from '../../api/machines';
import { stepTimes, useTimeline } from '../../api/timeline';
import { useText } from '../../text';
import { Button } from '../../ui/Button';
import { plain } from '../../ui/plain';
import { toast } from '../../ui/toast';
import type { SampleLinks } from '../files/api';
import { Links } from '../files/Samples';
import { ActionDialog } from './ActionDialog';
import { CancelDialog } from './CancelDialog';
import { Found, Result } from './Result';
import { StatusBadge } from './StatusBadge';
import { Steps } from './Steps';

function Row({ label, children }: { label: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-muted">{label}</dt>
      <dd className="min-w-0 break-words">{children}</dd>
    </>
  );
}

function PackageButton({ action }: { action: MachineAction }) {
  const { t } = useText();
  const open = useMutation({
    mutationFn: () => packageLink(action.id),
    onSuccess: (link) => location.assign(new URL(link).pathname + new URL(link).search),
    onError: (problem) => toast('bad', t('common.failed'), problem.message),
  });
  return (
    <Button small icon={<Download className="size-4" aria-hidden />} busy={open.isPending} onClick={() => open.mutate()}>
      {t('actions.downloadPackage')}
    </Button>
  );
}

/** The samples of an action lie in archives with a password, so there is more to hand out than a link. */
function SampleButton({ action }: { action: MachineAction }) {
  const { t } = useText();
  const open = useMutation({
    mutationFn: () => post<SampleLinks>(`/cordon/v1/machineactions/${encodeURIComponent(action.id)}/sample-link`),
    onError: (problem) => toast('bad', t('common.failed'), problem.message),
  });
  return (
    <>
      <Button small icon={<Download className="size-4" aria-hidden />} busy={open.isPending} onClick={() => open.mutate()}>
        {t('actions.downloadSample')}
      </Button>
      {open.data && <Links name={plain(nameOf(action), 80)} links={open.data} onClose={open.reset} />}
    </>
  );
}

/** One action in a list: what, where, who, how far; the rest behind a button. */
export function ActionCard({ action, withMachine }: { action: MachineAction; withMachine?: boolean }) {
  const { t, ago, dateTime } = useText();
  const [shown, setShown] = useState(false);
  const [asks, setAsks] = useState<'cancel' | 'again' | null>(null);
  const details = useId();
  const timeline = useTimeline(action.id, shown);
  // on a machine's own page what a scan found stands there unasked; a list of the whole fleet would ask too often
  const scanned = !withMachine && action.type === 'RunAntiVirusScan' && action.status === 'Succeeded';
  const detail = useDetail(action, shown || scanned || asks === 'again');
  const kind = kindOf(action.type);
  const machine = plain(nameOf(action), 80);
  const label = t(`actions.${action.type}`);
  return (
    <li className="border-b border-line px-4 py-3 last:border-b-0 sm:px-5">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <div className="min-w-48 flex-1 max-sm:basis-full">
          <p className="flex flex-wrap items-center gap-x-2 text-sm">
            <span className="font-medium">{label}</span>
            {action.scope && <span className="text-muted">{plain(action.scope)}</span>}
            {withMachine && (
              <Link to="/machines/$id" params={{ id: action.machineId }} className="break-all text-accent underline-offset-2 hover:underline">
                {machine}
              </Link>
            )}
          </p>
          <p className="line-clamp-2 text-[13px] break-words text-muted" title={`${dateTime(action.creationDateTimeUtc)}${action.requestorComment && `\n${plain(action.requestorComment, 400)}`}`}>
            {t('actions.requestedBy', { name: plain(action.requestor, 60), ago: ago(action.creationDateTimeUtc) })}
            {action.requestorComment && ` · ${plain(action.requestorComment, 200)}`}
          </p>
        </div>
        <Found outcome={detail.data?.outcome} />
        <StatusBadge action={action} />
        <div className="ml-auto flex items-center gap-1.5">
          {isOpen(action) && !action.cancellationRequestor && (
            <Button small kind="quiet" icon={<CircleX className="size-4" aria-hidden />} onClick={() => setAsks('cancel')}>
              {t('common.cancel')}
            </Button>
          )}
          {action.status === 'Succeeded' && action.type === 'CollectInvestigationPackage' && <PackageButton action={action} />}
          {action.status === 'Succeeded' && action.type === 'RequestSample' && <SampleButton action={action} />}
          {!isOpen(action) && action.status !== 'Succeeded' && kind && (
            <Button small icon={<RotateCcw className="size-4" aria-hidden />} onClick={() => setAsks('again')}>
              {t('actions.again')}
            </Button>
          )}
          <button
            type="button"
            aria-expanded={shown}
            aria-controls={details}
            aria-label={t('actions.details', { action: label, machine })}
            onClick={() => setShown(!shown)}
            className="inline-flex size-8 items-center justify-center rounded-lg text-muted hover:bg-sunken hover:text-text"
          >
            <ChevronDown className={`size-5 transition-transform ${shown ? 'rotate-180' : ''}`} aria-hidden />
          </button>
        </div>
      </div>
      <div id={details} hidden={!shown} className="mt-4 pb-2">
        <Steps action={action} times={timeline.data ? stepTimes(timeline.data.value) : undefined} />
        <Result detail={detail.data} />
        <dl className="mt-5 grid grid-cols-[auto_1fr] gap-x-6 gap-y-1.5 text-sm">
          <Row label={t('actions.stepAccepted')}>{dateTime(action.creationDateTimeUtc)}</Row>
          <Row label={t('actions.updated')}>{dateTime(action.lastUpdateDateTimeUtc)}</Row>
          <Row label={t('actions.by')}>
            {plain(action.requestor)} · {plain(action.requestSource)}
          </Row>
          {action.requestorComment && <Row label={t('common.comment')}>{plain(action.requestorComment)}</Row>}
          {action.relatedFileInfo && (
            <Row label={t('actions.file')}>
              <code>{plain(action.relatedFileInfo.fileIdentifier)}</code>
            </Row>
          )}
          {action.troubleshootInfo && <Row label={t('actions.error')}>{plain(action.troubleshootInfo)}</Row>}
          {action.cancellationRequestor && (
            <Row label={t('actions.cancellation')}>
              {t('actions.cancellationAsked', { name: plain(action.cancellationRequestor) })} {plain(action.cancellationComment)}
            </Row>
          )}
          <Row label={t('machines.id')}>
            <code className="break-all">{plain(action.id)}</code>
          </Row>
        </dl>
      </div>
      {asks === 'cancel' && <CancelDialog action={action} onClose={() => setAsks(null)} />}
      {asks === 'again' && kind && detail.isFetched && (
        <ActionDialog
          kind={kind}
          machines={[{ id: action.machineId, computerDnsName: action.computerDnsName }]}
          initial={detail.data?.request ?? { Comment: action.requestorComment }}
          onClose={() => setAsks(null)}
        />
      )}
    </li>
  );
}
