import { CircleCheck, CircleMinus, CircleX, GitCompareArrows, Hourglass } from 'lucide-react';
import type { ReactNode } from 'react';
import type { AspectState, Machine } from '../../api/machines';
import { type Key, useText } from '../../text';
import { Badge } from '../../ui/Badge';
import { plain } from '../../ui/plain';

const VALUES: Record<string, Key> = {
  None: 'machines.valueNone',
  Full: 'machines.valueFull',
  Selective: 'machines.valueSelective',
  Restricted: 'machines.valueRestricted',
  Monitored: 'machines.valueMonitored',
};

function Value({ value, at }: { value: string | null; at: string | null }) {
  const { t, ago, dateTime } = useText();
  if (value === null) return <span className="text-muted">{t('machines.notSaid')}</span>;
  const key = VALUES[value];
  return (
    <>
      <span className="font-medium">{key ? t(key) : plain(value, 60)}</span>
      {at && (
        <span className="block text-[13px] text-muted" title={dateTime(at)}>
          {ago(at)}
        </span>
      )}
    </>
  );
}

function Verdict({ state }: { state: AspectState }) {
  const { t } = useText();
  if (state.drift) {
    return (
      <Badge tone="bad" icon={<GitCompareArrows aria-hidden />}>
        {t('machines.differs')}
      </Badge>
    );
  }
  if (state.observed === null ? state.desired === 'None' : state.observed === state.desired) {
    return (
      <Badge tone="good" icon={<CircleCheck aria-hidden />}>
        {t('machines.matches')}
      </Badge>
    );
  }
  return (
    <Badge tone="warn" icon={<Hourglass aria-hidden />}>
      {t('machines.underway')}
    </Badge>
  );
}

/** What was asked for beside what the machine itself says it looks like. */
export function StateTable({ machine }: { machine: Machine }) {
  const { t } = useText();
  const rows = [
    ['machines.isolation', machine.isolation],
    ['machines.execution', machine.execution],
  ] as const;
  return (
    <table aria-label={t('machines.state')} className="w-full text-left text-sm">
      <thead className="text-[13px] text-muted">
        <tr className="border-b border-line [&>th]:px-4 [&>th]:py-2.5 [&>th]:font-medium sm:[&>th]:px-5">
          <th scope="col">{t('machines.aspect')}</th>
          <th scope="col">{t('machines.asked')}</th>
          <th scope="col">{t('machines.observed')}</th>
          <th scope="col" className="max-sm:hidden">
            {t('common.status')}
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map(([label, state]) => (
          <tr key={label} className="border-b border-line align-top last:border-b-0 [&>*]:px-4 [&>*]:py-3 sm:[&>*]:px-5">
            <th scope="row" className="font-medium">
              {t(label)}
              <span className="mt-1 block sm:hidden">
                <Verdict state={state} />
              </span>
            </th>
            <td>
              <Value value={state.desired} at={state.desiredAt} />
            </td>
            <td>
              <Value value={state.observed} at={state.observedAt} />
            </td>
            <td className="max-sm:hidden">
              <Verdict state={state} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className="grid grid-cols-[8rem_1fr] gap-3 py-1.5">
      <dt className="text-muted">{label}</dt>
      <dd className="min-w-0 break-words">{children || '–'}</dd>
    </div>
  );
}

export function Facts({ machine }: { machine: Machine }) {
  const { t, dateTime, ago } = useText();
  return (
    <dl className="-my-1.5 text-sm">
      <Fact label={t('machines.system')}>
        {plain(machine.osPlatform)} {plain(machine.osVersion ?? machine.version)}
      </Fact>
      <Fact label={t('machines.architecture')}>{plain(machine.osArchitecture)}</Fact>
      <Fact label={t('machines.agent')}>{plain(machine.agentVersion)}</Fact>
      <Fact label={t('machines.colGroup')}>{plain(machine.rbacGroupName)}</Fact>
      <Fact label={t('machines.value')}>{plain(machine.deviceValue)}</Fact>
      <Fact label={t('machines.addresses')}>
        {machine.ipAddresses.length > 0 && <ul>
          {machine.ipAddresses.slice(0, 12).map((address, index) => (
            <li key={index}>
              <code>{plain(address.ipAddress)}</code> <span className="text-muted">{plain(address.macAddress)}</span>
            </li>
          ))}
        </ul>}
      </Fact>
      <Fact label={t('machines.externalAddress')}>
        <code>{plain(machine.lastExternalIpAddress)}</code>
      </Fact>
      <Fact label={t('machines.lastSeen')}>
        <time dateTime={machine.lastSeen} title={dateTime(machine.lastSeen)}>
          {ago(machine.lastSeen)}
        </time>
      </Fact>
      <Fact label={t('machines.firstSeen')}>{dateTime(machine.firstSeen)}</Fact>
      <Fact label={t('machines.id')}>
        <code className="break-all">{plain(machine.id)}</code>
      </Fact>
    </dl>
  );
}

const SUPPORT = {
  Enforced: { icon: CircleCheck, className: 'text-good', text: 'machines.enforced' },
  Partial: { icon: CircleMinus, className: 'text-warn', text: 'machines.partial' },
  Unsupported: { icon: CircleX, className: 'text-bad', text: 'machines.unsupported' },
} as const;

const NAMES: Record<string, Key> = {
  NetworkIsolation: 'actions.Isolate',
  ExecutionControl: 'actions.RestrictCodeExecution',
  AntivirusScan: 'actions.RunAntiVirusScan',
  InvestigationPackage: 'actions.CollectInvestigationPackage',
  FileQuarantine: 'actions.StopAndQuarantineFile',
  SampleCollection: 'actions.RequestSample',
  Offboarding: 'actions.Offboard',
  FileBlocking: 'files.block',
};

/** What the machine says that it can do, and in its own words what is missing. */
export function Abilities({ machine }: { machine: Machine }) {
  const { t } = useText();
  return (
    <ul className="divide-y divide-line">
      {machine.capabilities.map((capability) => {
        const { icon: Icon, className, text } = SUPPORT[capability.support] ?? SUPPORT.Unsupported;
        const name = NAMES[capability.name];
        return (
          <li key={capability.name} className="px-5 py-2.5 text-sm">
            <div className="flex items-center gap-2">
              <span className="flex-1">{name ? t(name) : plain(capability.name, 60)}</span>
              <span className={`flex items-center gap-1.5 font-medium ${className}`}>
                <Icon className="size-4" aria-hidden />
                {t(text)}
              </span>
            </div>
            {capability.limits?.map((limit) => (
              <p key={limit} className="mt-1 text-[13px] text-muted">
                {plain(limit, 400)}
              </p>
            ))}
          </li>
        );
      })}
    </ul>
  );
}
