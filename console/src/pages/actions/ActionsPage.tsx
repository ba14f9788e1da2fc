import { useText } from '../../text';
import { Page } from '../../ui/Page';
import { Empty } from '../../ui/states';

export default function ActionsPage() {
  const { t } = useText();
  return (
    <Page title={t('actions.title')}>
      <Empty title={t('common.notFound')} />
    </Page>
  );
}
