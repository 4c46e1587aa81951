import { CodeCommitClient } from '@aws-sdk/client-codecommit';
import { CodeCommitRepository } from './codecommit/code-commit-repository';
import { SourceRepository } from './source-repository';
import { SourceReaderConfiguration } from '../../../src/contract/source';
import { CLIENT_CONFIG } from '../clients';

/** Opens the source that the configuration names, as often as it is asked for: clients and credentials are shared. */
export function sourceOpener(configuration: SourceReaderConfiguration): () => SourceRepository {
  switch (configuration.kind) {
    case 'codecommit': {
      const client = new CodeCommitClient(CLIENT_CONFIG);
      return () => new CodeCommitRepository(client, configuration.repository);
    }
  }
}
