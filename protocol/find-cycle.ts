export interface Node {
  id: string;
  key: string;
  dependsOn: string[];
}

/** The keys of a dependency cycle, in order and closed ("a", "b", "a"); null when there is none. Works without recursion: 1,000 in a row are fine. */
export function findCycle(nodes: Node[]): string[] | null {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const done = new Set<string>();
  for (const start of nodes) {
    const cycle = cycleFrom(start, byId, done);
    if (cycle) return cycle;
  }
  return null;
}

function cycleFrom(start: Node, byId: Map<string, Node>, done: Set<string>): string[] | null {
  const path: { node: Node; next: number }[] = [];
  const onPath = new Set<string>();
  const enter = (node: Node) => {
    path.push({ node, next: 0 });
    onPath.add(node.id);
  };
  if (!done.has(start.id)) enter(start);
  for (let top = path.at(-1); top; top = path.at(-1)) {
    const next = byId.get(top.node.dependsOn[top.next++] ?? '');
    if (next && onPath.has(next.id)) return closed(path, next);
    if (next && !done.has(next.id)) enter(next);
    if (next || top.next <= top.node.dependsOn.length) continue;
    path.pop();
    onPath.delete(top.node.id);
    done.add(top.node.id);
  }
  return null;
}

function closed(path: { node: Node }[], again: Node): string[] {
  const from = path.findIndex(({ node }) => node.id === again.id);
  return [...path.slice(from).map(({ node }) => node.key), again.key];
}

/** The sentence that names a cycle. */
export function cycleSentence(keys: string[]): string {
  return `The dependencies go round in a circle: ${keys.join(' → ')}.`;
}
