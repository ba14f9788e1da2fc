import { useQueryClient } from '@tanstack/react-query';
import { Plus, ShieldBan } from 'lucide-react';
import { useState } from 'react';
import { post } from '../../api/http';
import { useText } from '../../text';
import { Ask } from '../../ui/Ask';
import { Badge } from '../../ui/Badge';
import { Button } from '../../ui/Button';
import { Check } from '../../ui/Check';
import { CopyButton, Id } from '../../ui/Copy';
import { Field, Input, SearchInput, TextArea } from '../../ui/form';
import { Loaded } from '../../ui/Loaded';
import { Card } from '../../ui/Page';
import { plain } from '../../ui/plain';
import { Empty } from '../../ui/states';
import { Table } from '../../ui/Table';
import { Time } from '../../ui/Time';
import { toast } from '../../ui/toast';
import { type BlockedFile, useBlocked } from './api';
import { Enforced } from './Enforced';

const HASH = /^([0-9a-f]{64}|[0-9a-f]{40}|[0-9a-f]{32})$/i;

/** The organization's block list. */
export function Blocked() {
  const { t } = useText();
  const list = useBlocked();
  const [search, setSearch] = useState('');
  const [adding, setAdding] = useState(false);
  const [leaving, setLeaving] = useState<BlockedFile>();
  const words = search.trim().toLowerCase();
  const add = (
    <Button kind="primary" icon={<Plus className="size-4" aria-hidden />} onClick={() => setAdding(true)}>
      {t('files.block')}
    </Button>
  );
  return (
    <>
      <Enforced />
      <Loaded query={list}>
        {({ files }) => {
          const found = files.filter((file) => `${file.hash} ${file.comment} ${file.requestor}`.toLowerCase().includes(words));
          return files.length === 0 ? (
            <Card>
              <Empty icon={<ShieldBan aria-hidden />} title={t('files.nothingBlocked')} lead={t('files.nothingBlockedLead')}>
                {add}
              </Empty>
            </Card>
          ) : (
            <Card flush>
              <div className="flex flex-wrap gap-3 border-b border-line px-5 py-3">
                <SearchInput label={t('files.searchBlocked')} value={search} onValue={setSearch} />
                {add}
              </div>
              {found.length === 0 ? (
                <Empty title={t('files.nothingFound')} />
              ) : (
                <Table
                  label={t('files.blocked')}
                  rows={found}
                  id={(file) => file.hash}
                  columns={[
                    {
                      name: 'hash',
                      label: t('files.hash'),
                      cell: (file) => (
                        <div className="flex items-center gap-2">
                          <Id value={file.hash} />
                          <CopyButton small value={file.hash} />
                        </div>
                      ),
                    },
                    { name: 'why', label: t('files.why'), className: '@4xl:w-1/3', cell: (file) => <span className="break-words">{plain(file.comment)}</span> },
                    {
                      name: 'running',
                      label: t('files.running'),
                      cell: (file) => <Badge tone={file.stopRunning ? 'warn' : 'neutral'}>{t(file.stopRunning ? 'files.ended' : 'files.goOn')}</Badge>,
                    },
                    { name: 'by', label: t('files.by'), cell: (file) => <span className="break-words">{plain(file.requestor)}</span> },
                    { name: 'since', label: t('files.since'), cell: (file) => <Time at={file.blockedAt} /> },
                    {
                      name: 'do',
                      label: t('files.unblock'),
                      quiet: true,
                      className: '@4xl:text-right',
                      cell: (file) => (
                        <Button small aria-label={`${t('files.unblock')}: ${file.hash}`} onClick={() => setLeaving(file)}>
                          {t('files.unblock')}
                        </Button>
                      ),
                    },
                  ]}
                />
              )}
            </Card>
          );
        }}
      </Loaded>
      {adding && <Block onClose={() => setAdding(false)} />}
      {leaving && <Unblock file={leaving} onClose={() => setLeaving(undefined)} />}
    </>
  );
}

function Block({ onClose }: { onClose: () => void }) {
  const { t } = useText();
  const queries = useQueryClient();
  const [hash, setHash] = useState('');
  const [comment, setComment] = useState('');
  const [stopRunning, setStopRunning] = useState(false);
  const clean = hash.replace(/\s/g, '').toLowerCase();
  const wrong = clean !== '' && !HASH.test(clean);
  const send = async () => {
    if (!HASH.test(clean)) throw new Error(t('files.hashWrong'));
    await post(`/api/files/${clean}/block`, { Comment: comment, StopRunning: stopRunning });
    await queries.invalidateQueries({ queryKey: ['files'] });
    toast('good', t('files.blockedNow'), clean);
  };
  return (
    <Ask title={t('files.block')} description={t('files.blockLead')} submit={t('files.block')} onSubmit={send} onClose={onClose}>
      <Field label={t('files.hash')} hint={t('files.hashHint')} error={wrong ? t('files.hashWrong') : undefined}>
        {(control) => (
          <Input {...control} required value={hash} onChange={(event) => setHash(event.target.value)} className="font-mono" autoComplete="off" autoCapitalize="none" spellCheck={false} />
        )}
      </Field>
      <Field label={t('files.why')} hint={t('files.whyHint')}>
        {(control) => <TextArea {...control} required maxLength={4000} value={comment} onChange={(event) => setComment(event.target.value)} />}
      </Field>
      <Check label={t('files.stopRunning')} hint={t('files.stopRunningHint')} checked={stopRunning} onChecked={setStopRunning} />
    </Ask>
  );
}

function Unblock({ file, onClose }: { file: BlockedFile; onClose: () => void }) {
  const { t } = useText();
  const queries = useQueryClient();
  const [comment, setComment] = useState('');
  const send = async () => {
    await post(`/api/files/${file.hash}/unblock`, { Comment: comment });
    await queries.invalidateQueries({ queryKey: ['files'] });
    toast('good', t('files.unblocked'), file.hash);
  };
  return (
    <Ask danger title={t('files.unblockTitle')} description={t('files.unblockLead')} submit={t('files.unblock')} onSubmit={send} onClose={onClose}>
      <code className="rounded-lg bg-sunken px-3 py-2 text-[13px] break-all">{plain(file.hash)}</code>
      <Field label={t('files.why')} hint={t('files.whyHint')}>
        {(control) => <TextArea {...control} required maxLength={4000} value={comment} onChange={(event) => setComment(event.target.value)} />}
      </Field>
    </Ask>
  );
}
