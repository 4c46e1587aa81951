/** How builds come by the repository's content. */
export abstract class SourceCheckout {
  /**
   * By the zip that the source action makes: nothing is asked of the host, and builds need no right to read the repository.
   *
   * Such a zip lacks symbolic links, permissions to execute, submodules, Git LFS contents, and what `.gitattributes` leaves out of archives. A component
   * that has any of these is not built from it: its build fails and names them.
   */
  public static zip(): SourceCheckout {
    return new Checkout(false);
  }

  /**
   * By a clone of the commit, without its history: links, permissions and attributes are as Git has them. Every build reads from the host, by the
   * connection or CodeCommit, with the right to pull. The build image needs `git`.
   *
   * Submodules and Git LFS contents are not brought: let the component's first command be `git submodule update --init` or `git lfs pull`, for what
   * its role may read.
   */
  public static gitClone(): SourceCheckout {
    return new Checkout(true);
  }

  /** @internal */
  public abstract readonly _clones: boolean;
}

class Checkout extends SourceCheckout {
  constructor(public readonly _clones: boolean) {
    super();
  }
}
