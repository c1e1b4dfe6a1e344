interface Entry {
  at: number;
  order: number;
  run: () => void;
}

/** Many times what a history takes. */
const MOST_STEPS = 50_000;

/** Virtual time: a heap of what is to happen, in milliseconds. */
export class Timeline {
  now = 0;
  steps = 0;
  private order = 0;
  private readonly heap: Entry[] = [];

  after(ms: number, run: () => void): void {
    const entry = { at: this.now + Math.max(0, ms), order: this.order++, run };
    const { heap } = this;
    let at = heap.push(entry) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!isBefore(entry, heap[parent] as Entry)) break;
      heap[at] = heap[parent] as Entry;
      at = parent;
    }
    heap[at] = entry;
  }

  /** Lets things happen until `end`, or until nothing is left. */
  runUntil(end: number): void {
    for (;;) {
      const first = this.heap[0];
      if (first === undefined || first.at > end) break;
      this.dropFirst();
      this.now = first.at;
      this.steps += 1;
      if (this.steps > MOST_STEPS) throw new Error('it turns in a circle');
      first.run();
    }
    this.now = end;
  }

  private dropFirst(): void {
    const { heap } = this;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isBefore(heap[child + 1] as Entry, heap[child] as Entry)) child += 1;
      if (!isBefore(heap[child] as Entry, last)) break;
      heap[at] = heap[child] as Entry;
      at = child;
    }
    heap[at] = last;
  }
}

function isBefore(a: Entry, b: Entry): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}
