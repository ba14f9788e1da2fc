import { Radio, WifiOff } from 'lucide-react';
import { useLiveState } from '../live';
import { useText } from '../text';

/** Whether what is on the screen changes by itself. */
export function LiveSign() {
  const { t } = useText();
  const state = useLiveState();
  const live = state === 'live';
  const label = live ? t('common.live') : state === 'connecting' ? t('common.connecting') : t('common.offline');
  return (
    <span
      role="status"
      title={live ? t('common.liveHint') : t('common.offlineHint')}
      className={`inline-flex h-7 items-center gap-1.5 rounded-full px-2 text-xs font-medium ${live ? 'text-good' : 'text-muted'}`}
    >
      {live ? <Radio className="size-4" aria-hidden /> : <WifiOff className="size-4" aria-hidden />}
      <span className="sr-only sm:not-sr-only">{label}</span>
    </span>
  );
}
