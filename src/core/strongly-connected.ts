/**
 * Tarjan's strongly connected components without recursion: a deep graph overflows no stack.
 * Groups come out successors first.
 */
export function stronglyConnectedComponents(nodes: readonly string[], successors: (node: string) => readonly string[]): string[][] {
  const visits = new Map<string, Visit>();
  const groups: string[][] = [];
  const open: Visit[] = [];
  const path: Visit[] = [];

  const enter = (node: string): Visit => {
    const visit: Visit = { node, index: visits.size, low: visits.size, open: true, successors: successors(node), next: 0 };
    visits.set(node, visit);
    open.push(visit);
    path.push(visit);
    return visit;
  };
  const leave = (visit: Visit): void => {
    path.pop();
    const parent = path.at(-1);
    if (parent) {
      parent.low = Math.min(parent.low, visit.low);
    }
    if (visit.low === visit.index) {
      const members = open.splice(open.lastIndexOf(visit));
      members.forEach((member) => { member.open = false; });
      groups.push(members.map((member) => member.node));
    }
  };

  for (const root of nodes) {
    if (visits.has(root)) {
      continue;
    }
    enter(root);
    while (path.length > 0) {
      const visit = path[path.length - 1];
      if (visit.next === visit.successors.length) {
        leave(visit);
        continue;
      }
      const successor = visits.get(visit.successors[visit.next]);
      if (!successor) {
        enter(visit.successors[visit.next]);
      } else if (successor.open) {
        visit.low = Math.min(visit.low, successor.index);
      }
      visit.next++;
    }
  }
  return groups;
}

interface Visit {
  readonly node: string;
  readonly index: number;
  readonly successors: readonly string[];
  low: number;
  /** On Tarjan's stack: not yet given to a group. */
  open: boolean;
  next: number;
}
