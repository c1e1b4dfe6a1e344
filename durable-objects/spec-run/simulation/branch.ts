export interface Commit {
  id: string;
  parent: string;
  rootId: string;
  chunkId: string;
  attempt: number;
  jobId: string;
  /** It was made while its job was out under the newest fence: nobody may undo it. */
  binding: boolean;
}

/** A git branch as the runners share it: moved by compare-and-swap, read by its trailers. */
export class Branch {
  head = 'base';
  readonly commits = new Map<string, Commit>();

  has(id: string): boolean {
    return id === 'base' || this.line().some((commit) => commit.id === id);
  }

  /** The commits from the base to the head, oldest first. */
  line(head = this.head): Commit[] {
    const line: Commit[] = [];
    for (let commit = this.commits.get(head); commit !== undefined; commit = this.commits.get(commit.parent)) line.push(commit);
    return line.reverse();
  }

  /** Moves the branch to a new commit on `parent`; false when the branch stands elsewhere. */
  promote(commit: Commit, compareAndSwap: boolean): boolean {
    if (compareAndSwap && this.head !== commit.parent) return false;
    this.commits.set(commit.id, commit);
    this.head = commit.id;
    return true;
  }
}
