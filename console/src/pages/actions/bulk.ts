/** Asks many machines for the same, a few at a time; what each answered is kept. */
import { type ActionKind, type ActionOptions, request } from '../../api/actions';
import { randomWord } from '../../api/pkce';

const AT_A_TIME = 6;

export interface Target {
  id: string;
  computerDnsName: string | null;
}

export interface Refused {
  machine: Target;
  reason: string;
}

export interface Outcome {
  done: number;
  accepted: number;
  refused: Refused[];
}

export async function requestAll(
  kind: ActionKind,
  machines: readonly Target[],
  options: ActionOptions,
  onProgress: (outcome: Outcome) => void,
): Promise<Outcome> {
  const batch = randomWord(12);
  let outcome: Outcome = { done: 0, accepted: 0, refused: [] };
  let next = 0;
  const worker = async () => {
    for (let machine = machines[next++]; machine; machine = machines[next++]) {
      try {
        await request(kind, machine.id, options, `${batch}-${machine.id}`);
        outcome = { ...outcome, done: outcome.done + 1, accepted: outcome.accepted + 1 };
      } catch (problem) {
        const reason = problem instanceof Error ? problem.message : String(problem);
        outcome = { ...outcome, done: outcome.done + 1, refused: [...outcome.refused, { machine, reason }] };
      }
      onProgress(outcome);
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_A_TIME, machines.length) }, worker));
  return outcome;
}
