/**
 * Tarjan's strongly connected components without recursion: a deep graph overflows no stack.
 * Groups come out successors first.
 *
 * @param edges - by node, its successors
 */
export function stronglyConnectedComponents(edges: readonly (readonly number[])[]): number[][] {
  const visits: (Visit | undefined)[] = edges.map(() => undefined);
  const groups: number[][] = [];
  const open: Visit[] = [];
  const path: Visit[] = [];
  let visited = 0;

  const enter = (node: number): void => {
    const visit: Visit = { node, index: visited, low: visited, open: true, next: 0 };
    visited++;
    visits[node] = visit;
    open.push(visit);
    path.push(visit);
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

  for (let root = 0; root < edges.length; root++) {
    if (visits[root]) {
      continue;
    }
    enter(root);
    while (path.length > 0) {
      const visit = path[path.length - 1];
      const successors = edges[visit.node];
      if (visit.next === successors.length) {
        leave(visit);
        continue;
      }
      const successor = visits[successors[visit.next]];
      if (!successor) {
        enter(successors[visit.next]);
      } else if (successor.open) {
        visit.low = Math.min(visit.low, successor.index);
      }
      visit.next++;
    }
  }
  return groups;
}

interface Visit {
  readonly node: number;
  readonly index: number;
  low: number;
  /** On Tarjan's stack: not yet given to a group. */
  open: boolean;
  next: number;
}
