import { useText } from '../../text';
import { Page } from '../../ui/Page';
import { Empty } from '../../ui/states';

export default function MachinesPage() {
  const { t } = useText();
  return (
    <Page title={t('machines.title')}>
      <Empty title={t('common.notFound')} />
    </Page>
  );
}
