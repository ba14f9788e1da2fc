import { useText } from '../text';

export function Brand() {
  const { t } = useText();
  return (
    <span className="flex items-center gap-2.5">
      <img src="/console/cordon.svg" alt="" className="size-7" />
      <span className="text-base font-semibold tracking-tight">{t('common.product')}</span>
    </span>
  );
}
