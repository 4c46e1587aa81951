/** A person and a time in a commit, in the form of CodeCommit's API. */
export interface CommitPerson {
  readonly name: string;
  readonly email: string;
  /** Seconds since the epoch and offset from UTC, such as `1484167798 -0800`. */
  readonly date: string;
}

export interface ParsedCommit {
  readonly treeId: string;
  readonly parents: readonly string[];
  readonly author: CommitPerson;
  readonly committer: CommitPerson;
  readonly message: string;
}

/** Parses a Git commit object. */
export function parseCommit(text: string): ParsedCommit {
  const end = text.indexOf('\n\n');
  const header = text.slice(0, end).split('\n');
  const values = (key: string) => header.filter((line) => line.startsWith(`${key} `)).map((line) => line.slice(key.length + 1));
  return {
    treeId: values('tree')[0],
    parents: values('parent'),
    author: parsePerson(values('author')[0]),
    committer: parsePerson(values('committer')[0]),
    message: text.slice(end + 2),
  };
}

function parsePerson(line: string): CommitPerson {
  const [, name, email, date] = /^(.*?) ?<(.*)> (\d+ [+-]\d{4})$/.exec(line) ?? [undefined, line, '', ''];
  return { name, email, date };
}
