import { Check, CircleUserRound, LogOut } from 'lucide-react';
import { DropdownMenu as Menu } from 'radix-ui';
import type { ReactNode } from 'react';
import { signOut, usePerson } from '../api/session';
import { LANGUAGES, setLanguage, useText } from '../text';
import { THEMES, setTheme, useTheme } from '../theme';
import { plain } from '../ui/plain';

const ITEM =
  'flex h-9 items-center gap-2 rounded-lg px-2.5 text-sm outline-none data-[highlighted]:bg-sunken data-[disabled]:text-muted';

function Choice({ value, children }: { value: string; children: ReactNode }) {
  return (
    <Menu.RadioItem value={value} className={`${ITEM} pl-8`} onSelect={(event) => event.preventDefault()}>
      <Menu.ItemIndicator className="absolute left-3">
        <Check className="size-4 text-accent" aria-hidden />
      </Menu.ItemIndicator>
      {children}
    </Menu.RadioItem>
  );
}

const LABEL = 'px-2.5 pt-2 pb-1 text-xs font-medium text-muted';

/** Who is signed in, theme, language, and the way out. */
export function AccountMenu() {
  const { t, language } = useText();
  const theme = useTheme();
  const person = usePerson();
  const themes = { system: t('common.themeSystem'), light: t('common.themeLight'), dark: t('common.themeDark') };
  const languages = { en: t('common.english'), ko: t('common.korean') };
  return (
    <Menu.Root>
      <Menu.Trigger
        aria-label={t('common.account')}
        className="inline-flex size-9 items-center justify-center rounded-lg text-muted hover:bg-sunken hover:text-text"
      >
        <CircleUserRound className="size-5" aria-hidden />
      </Menu.Trigger>
      <Menu.Portal>
        <Menu.Content align="end" sideOffset={6} className="z-50 w-64 rounded-xl border border-line bg-raised p-1.5 shadow-float">
          <div className="px-2.5 py-2">
            <p className="truncate text-sm font-medium">{plain(person.name)}</p>
            <p className="truncate text-[13px] text-muted">{plain(person.userName)}</p>
            <p className="truncate text-[13px] text-muted">{plain(person.tenantName)}</p>
          </div>
          <Menu.Separator className="my-1 h-px bg-line" />
          <Menu.Label className={LABEL}>{t('common.theme')}</Menu.Label>
          <Menu.RadioGroup value={theme} onValueChange={(value) => setTheme(THEMES.find((known) => known === value) ?? 'system')}>
            {THEMES.map((known) => (
              <Choice key={known} value={known}>
                {themes[known]}
              </Choice>
            ))}
          </Menu.RadioGroup>
          <Menu.Label className={LABEL}>{t('common.language')}</Menu.Label>
          <Menu.RadioGroup value={language} onValueChange={(value) => setLanguage(LANGUAGES.find((known) => known === value) ?? 'en')}>
            {LANGUAGES.map((known) => (
              <Choice key={known} value={known}>
                <span lang={known}>{languages[known]}</span>
              </Choice>
            ))}
          </Menu.RadioGroup>
          <Menu.Separator className="my-1 h-px bg-line" />
          <Menu.Item className={ITEM} onSelect={() => signOut()}>
            <LogOut className="size-4" aria-hidden />
            {t('common.signOut')}
          </Menu.Item>
        </Menu.Content>
      </Menu.Portal>
    </Menu.Root>
  );
}
