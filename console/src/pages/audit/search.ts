import type { Query } from '../../api/http';

/** What the audit log is searched for; it stands in the address. */
export interface AuditSearch {
  q?: string;
  kind?: Kind;
  from?: string;
  to?: string;
}

/** Families of events, as their names begin. */
export const KINDS = {
  actions: 'action,object',
  machines: 'machine,report,break-glass',
  files: 'file,blocks',
  signIns: 'user.signedIn,user.signedOut,user.sessionEnded,device,signin,token,authorize,devicecode,passkey,form,refreshToken,authorizationCode',
  access: 'user,role,application,consent,machineGroup,enrollmentToken,outsideIssuer,console,operator',
  settings: 'tenant,webhook,signingKeys',
} as const;
export type Kind = keyof typeof KINDS;

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const day = (value: unknown) => (typeof value === 'string' && DAY.test(value) && !Number.isNaN(Date.parse(value)) ? value : undefined);

export function auditSearch(search: Record<string, unknown>): AuditSearch {
  return {
    q: typeof search.q === 'string' && search.q ? search.q.slice(0, 200) : undefined,
    kind: typeof search.kind === 'string' && Object.hasOwn(KINDS, search.kind) ? (search.kind as Kind) : undefined,
    from: day(search.from),
    to: day(search.to),
  };
}

export const isFiltered = ({ q, kind, from, to }: AuditSearch) => !!(q || kind || from || to);

/** As the server takes it: the days are those of whoever looks, from the first moment of one to the last of the other. */
export function queryOf({ q, kind, from, to }: AuditSearch): Query {
  return {
    text: q,
    event: kind && KINDS[kind],
    from: from && new Date(`${from}T00:00:00`).toISOString(),
    to: to && new Date(`${to}T23:59:59.999`).toISOString(),
  };
}
