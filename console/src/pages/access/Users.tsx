import { Ellipsis, UserRound } from 'lucide-react';
import { DropdownMenu as Menu } from 'radix-ui';
import { useState } from 'react';
import { post, remove } from '../../api/http';
import { useText } from '../../text';
import { Ask } from '../../ui/Ask';
import { Badge } from '../../ui/Badge';
import { IconButton } from '../../ui/Button';
import { ShownOnce } from '../../ui/Copy';
import { plain } from '../../ui/plain';
import { toast } from '../../ui/toast';
import { Listed } from './Listed';
import { EditUser, NewUser } from './UserDialogs';
import { type Invited, type User, useRefresh, useUsers } from './api';

type Question = { kind: 'edit' | 'link' | 'factor' | 'signOut'; user: User };
const ITEM = 'flex h-9 items-center rounded-lg px-2.5 text-sm outline-none data-[highlighted]:bg-sunken';

export function Users() {
  const { t } = useText();
  const [making, setMaking] = useState(false);
  const [question, setQuestion] = useState<Question>();
  const [invited, setInvited] = useState<Invited>();
  return (
    <>
      <Listed<User>
        label={t('access.users')}
        query={useUsers()}
        id={(user) => user.id}
        words={(user) => `${user.displayName} ${user.userPrincipalName} ${user.roles.join(' ')}`}
        add={t('access.newUser')}
        onAdd={() => setMaking(true)}
        icon={<UserRound aria-hidden />}
        empty={t('access.noUsers')}
        columns={[
          {
            name: 'name',
            label: t('common.name'),
            cell: (user) => (
              <>
                <p className="font-medium break-words">{plain(user.displayName)}</p>
                <p className="break-all text-muted">{plain(user.userPrincipalName)}</p>
              </>
            ),
          },
          {
            name: 'roles',
            label: t('access.roles'),
            cell: (user) =>
              user.roles.length === 0 ? (
                <Badge tone="warn">{t('access.noRole')}</Badge>
              ) : (
                <ul className="flex flex-wrap gap-1">
                  {user.roles.map((role) => (
                    <li key={role} className="max-w-full">
                      <Badge>{plain(role, 80)}</Badge>
                    </li>
                  ))}
                </ul>
              ),
          },
          { name: 'factor', label: t('access.secondFactor'), cell: (user) => <Factor user={user} /> },
          {
            name: 'state',
            label: t('access.state'),
            cell: (user) => (
              <Badge tone={!user.enabled ? 'neutral' : user.passwordSet ? 'good' : 'info'}>
                {t(!user.enabled ? 'access.disabled' : user.passwordSet ? 'access.enabled' : 'access.invited')}
              </Badge>
            ),
          },
          { name: 'do', label: t('common.more'), quiet: true, className: '@4xl:text-right', cell: (user) => <More user={user} ask={setQuestion} /> },
        ]}
      />
      {making && <NewUser onMade={setInvited} onClose={() => setMaking(false)} />}
      {question && <Asked question={question} onInvited={setInvited} onClose={() => setQuestion(undefined)} />}
      {invited && (
        <ShownOnce
          title={t('access.invitation', { name: plain(invited.userPrincipalName, 80) })}
          lead={t('access.shownOnce')}
          values={[{ label: t('access.link'), value: invited.invitation.url }]}
          onClose={() => setInvited(undefined)}
        />
      )}
    </>
  );
}

function Factor({ user }: { user: User }) {
  const { t } = useText();
  if (user.secondFactorEnrolled) return <Badge tone="good">{t('access.factorOn')}</Badge>;
  return <Badge tone={user.secondFactorRequired ? 'info' : 'warn'}>{t(user.secondFactorRequired ? 'access.factorDue' : 'access.factorOff')}</Badge>;
}

function More({ user, ask }: { user: User; ask: (question: Question) => void }) {
  const { t } = useText();
  const items = [
    ['edit', t('access.edit')],
    ['link', t('access.newLink')],
    ...(user.secondFactorEnrolled ? [['factor', t('access.resetFactor')] as const] : []),
    ['signOut', t('access.signOut')],
  ] as const;
  return (
    <Menu.Root>
      <Menu.Trigger asChild>
        <IconButton label={t('access.moreOf', { name: plain(user.userPrincipalName, 80) })}>
          <Ellipsis className="size-5" aria-hidden />
        </IconButton>
      </Menu.Trigger>
      <Menu.Portal>
        <Menu.Content align="end" sideOffset={4} className="z-50 min-w-52 rounded-xl border border-line bg-raised p-1.5 shadow-float">
          {items.map(([kind, label]) => (
            <Menu.Item key={kind} className={ITEM} onSelect={() => ask({ kind, user })}>
              {label}
            </Menu.Item>
          ))}
        </Menu.Content>
      </Menu.Portal>
    </Menu.Root>
  );
}

function Asked({ question: { kind, user }, onInvited, onClose }: { question: Question; onInvited: (invited: Invited) => void; onClose: () => void }) {
  const { t } = useText();
  const refresh = useRefresh();
  const path = `/cordon/v1/users/${user.id}`;
  const name = plain(user.userPrincipalName, 80);
  const done = async () => {
    await refresh();
    toast('good', t('access.done'), name);
  };
  if (kind === 'edit') return <EditUser user={user} onClose={onClose} />;
  if (kind === 'link') {
    const send = async () => onInvited(await post<Invited>(`${path}/invitation`));
    return <Ask title={`${t('access.newLink')}: ${name}`} description={t('access.newUserLead')} submit={t('access.newLink')} onSubmit={send} onClose={onClose} />;
  }
  const factor = kind === 'factor';
  const send = async () => {
    await (factor ? remove(`${path}/second-factor`) : post(`${path}/sign-out`));
    await done();
  };
  return (
    <Ask
      danger
      title={`${t(factor ? 'access.resetFactor' : 'access.signOut')}: ${name}`}
      description={t(factor ? 'access.resetFactorLead' : 'access.signOutLead')}
      submit={t(factor ? 'access.resetFactor' : 'access.signOut')}
      onSubmit={send}
      onClose={onClose}
    />
  );
}
