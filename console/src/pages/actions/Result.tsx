import { CircleCheck, CircleX, ShieldAlert, ShieldCheck } from 'lucide-react';
import type { ReactNode } from 'react';
import type { ActionDetail, ActionOutcome } from '../../api/actions';
import { type Key, catalogue, useText } from '../../text';
import { Badge } from '../../ui/Badge';
import { plain } from '../../ui/plain';
import { Progress } from '../../ui/Progress';

const SHOWN = 50;

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div>
      <p className="text-sm font-medium">{title}</p>
      {children}
    </div>
  );
}

function List<One>({ of, children }: { of: readonly One[]; children: (one: One) => ReactNode }) {
  const { t } = useText();
  return (
    <ul className="mt-1.5 divide-y divide-line rounded-lg border border-line text-sm">
      {of.slice(0, SHOWN).map((one, index) => (
        <li key={index} className="flex flex-wrap items-baseline gap-x-3 gap-y-0.5 px-3 py-1.5">
          {children(one)}
        </li>
      ))}
      {of.length > SHOWN && <li className="px-3 py-1.5 text-muted">{t('common.shownOf', { shown: SHOWN, all: of.length })}</li>}
    </ul>
  );
}

/** What a scan came to, in two words. */
export function Found({ outcome }: { outcome: ActionOutcome | null | undefined }) {
  const { t } = useText();
  if (!outcome?.scan) return null;
  return outcome.scan.detected ? (
    <Badge tone="bad" icon={<ShieldAlert aria-hidden />}>
      {t('actions.detected', { count: outcome.scan.detected })}
    </Badge>
  ) : (
    <Badge tone="good" icon={<ShieldCheck aria-hidden />}>
      {t('actions.nothingDetected')}
    </Badge>
  );
}

/** How far the machine is, and what it looked at and found before it claimed its result. */
export function Result({ detail }: { detail: ActionDetail | undefined }) {
  const { t, number } = useText();
  const { progress, outcome } = detail ?? {};
  const fileStatus = (status: string) => (`file${status}` in catalogue.actions ? t(`actions.file${status}` as Key) : plain(status, 60));
  return (
    <div className="mt-5 flex flex-col gap-4 empty:hidden">
      {progress && (
        <div className="text-sm">
          <Progress label={t('actions.howFar')} max={100} value={progress.percent} />
          <p className="mt-1 text-muted">
            {number(progress.percent)} % {progress.doing && `· ${plain(progress.doing, 200)}`}
          </p>
        </div>
      )}
      {outcome?.scan && (
        <Part title={t('actions.scanned')}>
          <p className="text-sm text-muted">
            {t('actions.scannedFiles', { count: outcome.scan.files })}
            {outcome.scan.skipped > 0 && ` · ${t('actions.scanSkipped', { count: outcome.scan.skipped })}`} · {plain(outcome.scan.engine, 120)}
            {outcome.scan.signatures && `, ${plain(outcome.scan.signatures, 200)}`}
          </p>
          {outcome.scan.detections.length > 0 && (
            <List of={outcome.scan.detections}>
              {(one) => (
                <>
                  <span className="font-medium text-bad">{plain(one.signature, 200)}</span>
                  <code className="break-all">{plain(one.path)}</code>
                </>
              )}
            </List>
          )}
        </Part>
      )}
      {outcome && outcome.files.length > 0 && (
        <Part title={t('actions.places')}>
          <List of={outcome.files}>
            {(file) => (
              <>
                <span className={`font-medium ${file.status === 'Failed' ? 'text-bad' : ''}`}>{fileStatus(file.status)}</span>
                <code className="break-all">{plain(file.path)}</code>
                {file.message && <span className="w-full text-[13px] break-words text-muted">{plain(file.message, 400)}</span>}
              </>
            )}
          </List>
        </Part>
      )}
      {outcome && outcome.checks.length > 0 && (
        <Part title={t('actions.checks')}>
          <List of={outcome.checks}>
            {(check) => (
              <>
                <span className="flex items-center gap-1.5">
                  {check.passed ? (
                    <CircleCheck className="size-4 self-center text-good" aria-hidden />
                  ) : (
                    <CircleX className="size-4 self-center text-bad" aria-hidden />
                  )}
                  <span className="font-medium">{plain(check.name, 80)}</span>
                  <span className="sr-only">{t(check.passed ? 'actions.checkPassed' : 'actions.checkFailed')}</span>
                </span>
                {check.detail && <span className="min-w-0 flex-1 break-words text-muted">{plain(check.detail, 400)}</span>}
              </>
            )}
          </List>
        </Part>
      )}
    </div>
  );
}
