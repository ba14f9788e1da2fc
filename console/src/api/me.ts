/** What the signed-in user may do, as the server would decide it: the permission and the roles together. */
import { useQuery } from '@tanstack/react-query';
import { get } from './http';

export interface Me {
  name: string;
  roles: { name: string; permissions: string[] }[];
  may: { permission: string; write: boolean; machineGroups: number[] | null }[];
}

export function useMe() {
  return useQuery({ queryKey: ['access', 'me'], queryFn: ({ signal }) => get<Me>('/cordon/v1/me', {}, signal), staleTime: 60_000 });
}

/** Whether any of these may be used on machines of a group. What is not known yet is left to the server to refuse. */
export function mayAct(me: Me | undefined, permissions: readonly string[], group?: number): boolean {
  if (!me) return true;
  return me.may.some(
    ({ permission, write, machineGroups }) =>
      write && permissions.includes(permission) && (machineGroups === null || group === undefined || machineGroups.includes(group)),
  );
}
