import { ResolvedGraph } from '../../src/core/lockfile/resolved-graph';
import { ReferenceScanner } from '../../src/core/references/reference-scanner';

/** What discovery learns from files' contents, kept from call to call: a history's commits share most of them. */
export class DiscoveryMemory {
  public readonly scanner = new ReferenceScanner();
  private lockfile?: { readonly text: string; readonly graph: ResolvedGraph | undefined };

  /** The graph of a lockfile's text; made once as long as the text stays the same. */
  public graphOf(text: string, make: () => ResolvedGraph | undefined): ResolvedGraph | undefined {
    if (this.lockfile?.text !== text) {
      this.lockfile = { text, graph: make() };
    }
    return this.lockfile.graph;
  }
}
