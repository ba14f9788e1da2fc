import { type ActionType, KINDS, PAST, type Status } from '../../api/actions';

export interface ActionSearch {
  past?: boolean;
  type?: ActionType;
  status?: Status;
}

export function actionSearch(search: Record<string, unknown>): ActionSearch {
  return {
    past: search.past === true || undefined,
    type: KINDS.find(({ type }) => type === search.type)?.type,
    status: PAST.find((status) => status === search.status),
  };
}
