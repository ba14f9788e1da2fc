import { Download, FileSearch } from 'lucide-react';
import { useState } from 'react';
import { post } from '../../api/http';
import { useText } from '../../text';
import { Badge, type Tone } from '../../ui/Badge';
import { Button } from '../../ui/Button';
import { CopyField, Id } from '../../ui/Copy';
import { Dialog } from '../../ui/Dialog';
import { Loaded } from '../../ui/Loaded';
import { Card } from '../../ui/Page';
import { plain } from '../../ui/plain';
import { Empty } from '../../ui/states';
import { Table } from '../../ui/Table';
import { Time } from '../../ui/Time';
import { toast } from '../../ui/toast';
import { type SampleAction, type SampleLinks, type Status, bytes, useSamples } from './api';

const TONES: Record<Status, Tone> = { Pending: 'neutral', InProgress: 'info', Succeeded: 'good', Failed: 'bad', TimeOut: 'warn', Cancelled: 'neutral' };

/** Files that were brought here from machines, and those on their way. */
export function Samples() {
  const { t } = useText();
  const samples = useSamples();
  const [links, setLinks] = useState<{ name: string; links: SampleLinks }>();
  const [busy, setBusy] = useState<string>();
  const nameOf = (action: SampleAction) => plain(action.computerDnsName ?? action.machineId, 80);
  const open = async (action: SampleAction) => {
    setBusy(action.id);
    try {
      setLinks({ name: nameOf(action), links: await post<SampleLinks>(`/cordon/v1/machineactions/${action.id}/sample-link`) });
    } catch (error) {
      toast('bad', t('common.failed'), error instanceof Error ? error.message : String(error));
    }
    setBusy(undefined);
  };
  return (
    <>
      <Loaded query={samples}>
        {({ value }) =>
          value.length === 0 ? (
            <Card>
              <Empty icon={<FileSearch aria-hidden />} title={t('files.nothingSampled')} lead={t('files.nothingSampledLead')} />
            </Card>
          ) : (
            <Card flush>
              <Table
                label={t('files.samples')}
                rows={value}
                id={(action) => action.id}
                columns={[
                  { name: 'machine', label: t('files.machine'), cell: (action) => <span className="block min-w-40 font-medium break-all">{nameOf(action)}</span> },
                  { name: 'hash', label: t('files.hash'), cell: (action) => <Id value={action.relatedFileInfo?.fileIdentifier ?? ''} /> },
                  { name: 'why', label: t('files.why'), className: '@4xl:w-1/4', cell: (action) => <span className="break-words">{plain(action.requestorComment)}</span> },
                  { name: 'by', label: t('files.by'), cell: (action) => <span className="break-words">{plain(action.requestor)}</span> },
                  { name: 'status', label: t('common.status'), cell: (action) => <Badge tone={TONES[action.status]}>{t(`files.status${action.status}`)}</Badge> },
                  { name: 'when', label: t('files.when'), cell: (action) => <Time at={action.creationDateTimeUtc} /> },
                  {
                    name: 'do',
                    label: t('files.open'),
                    quiet: true,
                    className: '@4xl:text-right',
                    cell: (action) =>
                      action.status === 'Succeeded' && (
                        <Button
                          small
                          busy={busy === action.id}
                          aria-label={t('files.openOf', { name: nameOf(action) })}
                          icon={<Download className="size-4" aria-hidden />}
                          onClick={() => void open(action)}
                        >
                          {t('files.open')}
                        </Button>
                      ),
                  },
                ]}
              />
            </Card>
          )
        }
      </Loaded>
      {links && <Links {...links} onClose={() => setLinks(undefined)} />}
    </>
  );
}

/** Where the samples can be had for a while, and the password of their archives. */
export function Links({ name, links, onClose }: { name: string; links: SampleLinks; onClose: () => void }) {
  const { t, ago } = useText();
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()} title={t('files.linksTitle', { name })} description={t('files.linksLead')}>
      <div className="flex flex-col gap-4 pb-5">
        <CopyField label={t('files.password')} value={links.password} />
        <ul className="divide-y divide-line rounded-lg border border-line">
          {links.value.map((one) => (
            <li key={one.url} className="flex flex-wrap items-center gap-3 px-3 py-2.5">
              <div className="min-w-0 flex-1">
                <p className="truncate text-sm font-medium">{plain(one.name, 200)}</p>
                <p className="text-[13px] text-muted">
                  {bytes(one.size)} · {t('files.expires', { when: ago(one.expiresAt) })}
                </p>
              </div>
              <a
                href={one.url}
                rel="noreferrer"
                download
                className="inline-flex h-8 items-center gap-1.5 rounded-lg border border-line-strong px-2.5 text-[13px] font-medium hover:bg-sunken"
              >
                <Download className="size-4" aria-hidden />
                {t('common.download')}
              </a>
            </li>
          ))}
        </ul>
      </div>
    </Dialog>
  );
}
