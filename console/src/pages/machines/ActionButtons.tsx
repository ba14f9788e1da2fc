import { FileDown, FileLock2, Lock, LockOpen, LogOut, PackageSearch, Plug, ScanSearch, Unplug } from 'lucide-react';
import { type ReactNode, useId, useState } from 'react';
import { type ActionKind, type ActionType, KINDS, type Obstacle, isOpen, obstacle, useActions } from '../../api/actions';
import type { Machine } from '../../api/machines';
import { mayAct, useMe } from '../../api/me';
import { useText } from '../../text';
import { plain } from '../../ui/plain';
import { ActionDialog } from '../actions/ActionDialog';

const ICONS: Partial<Record<ActionType, ReactNode>> = {
  Isolate: <Unplug />,
  Unisolate: <Plug />,
  RestrictCodeExecution: <Lock />,
  UnrestrictCodeExecution: <LockOpen />,
  RunAntiVirusScan: <ScanSearch />,
  CollectInvestigationPackage: <PackageSearch />,
  StopAndQuarantineFile: <FileLock2 />,
  RequestSample: <FileDown />,
  Offboard: <LogOut />,
};

const WHY = {
  permission: 'actions.cannotPermission',
  offboarded: 'actions.cannotOffboarded',
  unknown: 'actions.cannotUnknown',
  unsupported: 'actions.cannotUnsupported',
  notInForce: 'actions.cannotNotInForce',
  already: 'actions.cannotAlready',
} as const;

function ActionButton({ kind, why, onAsk }: { kind: ActionKind; why: Obstacle | null; onAsk: () => void }) {
  const { t } = useText();
  const reason = useId();
  const said = why ? [t(WHY[why.why], { name: kind.permissions[0] ?? '' }), ...why.limits.map((limit) => plain(limit, 300))].join('. ') : undefined;
  return (
    <span className="inline-flex" title={said}>
      <button
        type="button"
        aria-disabled={why ? true : undefined}
        aria-describedby={why ? reason : undefined}
        onClick={() => !why && onAsk()}
        className={`inline-flex h-9 items-center gap-2 rounded-lg border px-3 text-sm font-medium whitespace-nowrap transition-colors [&_svg]:size-4 ${
          why
            ? 'border-line bg-sunken text-muted'
            : kind.irreversible
              ? 'border-line-strong bg-surface text-bad hover:bg-bad-soft'
              : 'border-line-strong bg-surface hover:bg-sunken'
        }`}
      >
        <span aria-hidden>{ICONS[kind.type]}</span>
        {t(`actions.${kind.type}`)}
      </button>
      {why && (
        <span id={reason} className="sr-only">
          {said}
        </span>
      )}
    </span>
  );
}

/** What this machine can really do; the rest is grey and says why. */
export function ActionButtons({ machine }: { machine: Machine }) {
  const { t } = useText();
  const { data: me } = useMe();
  const recent = useActions({ machineId: machine.id });
  // of a file there may be several
  const open = (recent.data?.pages[0]?.value ?? []).filter((action) => isOpen(action) && !action.relatedFileInfo).map(({ type }) => type);
  const [asked, setAsked] = useState<ActionKind | null>(null);
  return (
    <div role="group" aria-label={t('machines.actions')} className="flex flex-wrap gap-2">
      {KINDS.map((kind) => (
        <ActionButton key={kind.type} kind={kind} why={obstacle(kind, machine, mayAct(me, kind.permissions, machine.rbacGroupId), open)} onAsk={() => setAsked(kind)} />
      ))}
      {asked && <ActionDialog kind={asked} machines={[machine]} onClose={() => setAsked(null)} />}
    </div>
  );
}
