import { DEPLOYMENTS_TABLE, DIFF_TABLE } from './names';
import { DEPLOYMENTS_TABLE_KEYS, DIFF_TABLE_KEYS, FINGERPRINT_INDEX } from '../../src/contract/tables';
import { TableDefinition } from '../services/dynamodb';

function keySchema({ partition, sort }: { readonly partition: string; readonly sort: string }): TableDefinition['KeySchema'] {
  return [{ AttributeName: partition, KeyType: 'HASH' }, { AttributeName: sort, KeyType: 'RANGE' }];
}

/** The tables as synth defines them. */
export const TABLES: readonly TableDefinition[] = [
  {
    TableName: DIFF_TABLE,
    AttributeDefinitions: [{ AttributeName: DIFF_TABLE_KEYS.partition, AttributeType: 'S' }, { AttributeName: DIFF_TABLE_KEYS.sort, AttributeType: 'S' }],
    KeySchema: keySchema(DIFF_TABLE_KEYS),
  },
  {
    TableName: DEPLOYMENTS_TABLE,
    AttributeDefinitions: [
      { AttributeName: DEPLOYMENTS_TABLE_KEYS.partition, AttributeType: 'S' },
      { AttributeName: DEPLOYMENTS_TABLE_KEYS.sort, AttributeType: 'N' },
      { AttributeName: FINGERPRINT_INDEX.partition, AttributeType: 'S' },
    ],
    KeySchema: keySchema(DEPLOYMENTS_TABLE_KEYS),
    GlobalSecondaryIndexes: [{
      IndexName: FINGERPRINT_INDEX.name, KeySchema: keySchema(FINGERPRINT_INDEX), Projection: { ProjectionType: 'ALL' },
    }],
  },
];
