import { FileLock2, History, House, KeyRound, type LucideIcon, MonitorSmartphone, Workflow } from 'lucide-react';
import type { Key } from '../text';

export interface Place {
  to: '/' | '/machines' | '/actions' | '/files' | '/access' | '/audit';
  label: Key;
  icon: LucideIcon;
}

export const PLACES: readonly Place[] = [
  { to: '/', label: 'home.title', icon: House },
  { to: '/machines', label: 'machines.title', icon: MonitorSmartphone },
  { to: '/actions', label: 'actions.title', icon: Workflow },
  { to: '/files', label: 'files.title', icon: FileLock2 },
  { to: '/access', label: 'access.title', icon: KeyRound },
  { to: '/audit', label: 'audit.title', icon: History },
];
